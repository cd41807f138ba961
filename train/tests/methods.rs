//! Every method on every kind of record, through to the core; and what each promises that can be seen in its features.

mod training_support;

use tiprdc::{Encoder, Features, Release};
use tiprdc_train::{Dataset, Run, Split};
use training_support::{encoder_of, features_of, images, run, series, table, without_randomness};

/// A method's table, and the release that it is to have.
const METHODS: [(&str, &str); 15] = [
    (
        "kind = \"tiprdc\"\nprivate = [\"secret\"]\nadversaries = 2\nrestart_every = 1",
        "",
    ),
    (
        "kind = \"adversarial\"\nprivate = [\"secret\"]\ntasks = [\"task\"]",
        "",
    ),
    (
        "kind = \"maxent\"\nprivate = [\"secret\"]\ntasks = [\"task\"]\nweight = 0.5",
        "",
    ),
    ("kind = \"maxent\"\nprivate = [\"secret\", \"task\"]", ""),
    ("kind = \"plain\"\ntasks = [\"task\"]", ""),
    ("kind = \"untrained\"", ""),
    ("kind = \"raw\"", ""),
    ("kind = \"erasure\"\nprivate = [\"secret\"]", ""),
    (
        "kind = \"erasure\"\nprivate = [\"task\", \"secret\"]\n[method.after]\nkind = \"tiprdc\"\nprivate = [\"secret\"]",
        "",
    ),
    (
        "kind = \"pca_noise\"\ncomponents = 5",
        "kind = \"laplace\"\nepsilon = 8.0",
    ),
    (
        "kind = \"noise\"",
        "kind = \"gaussian\"\nclip = 3.0\nscale = 0.5\ndelta = 1e-5",
    ),
    (
        "kind = \"substitution\"\nprivate = [\"secret\"]\ncount = 40",
        "",
    ),
    (
        "kind = \"substitution\"\nprivate = [\"secret\"]\ntasks = [\"task\"]\ncount = 40",
        "kind = \"substitute\"\nepsilon = 5.0",
    ),
    (
        "kind = \"neighbour_substitution\"\nprivate = [\"secret\"]\ncount = 40",
        "",
    ),
    (
        "kind = \"neighbour_substitution\"\nprivate = [\"secret\", \"task\"]\ncount = 40",
        "",
    ),
];

fn short_run(method: &str, release: &str, architecture: &str) -> Run {
    let architecture = format!("encoder.architecture={architecture}");
    let short = [
        architecture.as_str(),
        "encoder.width=16",
        "encoder.height=16",
        "training.epochs=1",
    ];
    run(&format!("{method}\n[release]\n{release}"), &short)
}

#[test]
fn every_method_trains_exports_and_runs_on_records_series_and_images() {
    for (dataset, architecture) in [(table(), "mlp"), (series(), "tcn"), (images(), "mobile")] {
        for (method, release) in METHODS {
            let run = short_run(method, release, architecture);
            let bytes = encoder_of(&run, &dataset);
            let encoder = Encoder::from_bytes(&bytes).expect("it loads");
            assert_eq!(encoder.manifest().method.kind, run.method.name());
            let features = features_of(&encoder, &dataset.test);
            assert_eq!(features.rows(), dataset.test.len());
            let data = features.data();
            assert!(
                data.iter().all(|value| value.is_finite()),
                "{architecture}: {method}"
            );
            let network = features_of(&without_randomness(&bytes), &dataset.test);
            let first = network.row(0);
            let same = (1..network.rows()).all(|row| network.row(row) == first);
            assert!(
                !same,
                "{architecture}: {method} gives the same for every record"
            );
        }
    }
}

/// The classes' means, as numbers per class.
fn class_means(features: &Features, codes: &[u32]) -> [Vec<f64>; 2] {
    [0, 1].map(|class| {
        let members = (0..features.rows()).filter(|&row| codes[row] == class);
        let members: Vec<usize> = members.collect();
        let column = |at| {
            members
                .iter()
                .map(move |&row| f64::from(features.row(row)[at]))
        };
        let width = features.row(0).len();
        let mean = |at| column(at).sum::<f64>() / members.len() as f64;
        (0..width).map(mean).collect()
    })
}

/// Mean absolute size of a feature, for comparison.
fn size(features: &Features) -> f64 {
    let sum: f64 = features
        .data()
        .iter()
        .map(|value| f64::from(value.abs()))
        .sum();
    sum / features.data().len() as f64
}

/// The largest distance between the classes' means of a training split's features, in units of a feature's size.
fn distance_of_means(encoder: &Encoder, split: &Split, attribute: usize) -> f64 {
    let features = features_of(encoder, split);
    let [no, yes] = class_means(&features, &split.attributes[attribute].codes);
    let apart = no.iter().zip(&yes).map(|(no, yes)| (no - yes).abs());
    let most = apart.fold(0.0, f64::max);
    most / size(&features)
}

fn means_after(method: &str, dataset: &Dataset, architecture: &str) -> [f64; 2] {
    let run = short_run(method, "", architecture);
    let encoder = Encoder::from_bytes(&encoder_of(&run, dataset)).expect("it loads");
    [0, 1].map(|attribute| distance_of_means(&encoder, &dataset.train, attribute))
}

#[test]
fn erasure_makes_class_means_coincide_after_any_method_and_on_the_device() {
    for (dataset, architecture) in [(table(), "mlp"), (series(), "tcn"), (images(), "mobile")] {
        for after in [
            "kind = \"raw\"",
            "kind = \"untrained\"",
            "kind = \"plain\"\ntasks = [\"task\"]",
            "kind = \"tiprdc\"\nprivate = [\"secret\"]",
        ] {
            let [secret, task] = means_after(after, &dataset, architecture);
            assert!(
                secret > 0.02 && task > 0.02,
                "{architecture}, {after}: {secret}, {task}"
            );
            let erasure =
                format!("kind = \"erasure\"\nprivate = [\"secret\"]\n[method.after]\n{after}");
            let [erased, kept] = means_after(&erasure, &dataset, architecture);
            assert!(
                erased < 1e-3,
                "{architecture}, {after}: {secret} to {erased}"
            );
            assert!(
                kept > 0.1 * task,
                "{architecture}, {after}: {task} to {kept}"
            );
        }
    }
}

#[test]
fn erasure_after_components_is_multiplied_into_their_layer() {
    let erasure = "kind = \"erasure\"\nprivate = [\"secret\"]\n\
                   [method.after]\nkind = \"pca_noise\"\ncomponents = 5";
    let release = "kind = \"laplace\"\nclip = 1e4\nscale = 0.002";
    let dataset = series();
    let onnx = encoder_of(&short_run(erasure, release, "tcn"), &dataset);
    let count = |operator: &[u8]| {
        onnx.windows(operator.len())
            .filter(|part| part == &operator)
            .count()
    };
    assert_eq!((count(b"\x04Conv"), count(b"\x03Sub")), (1, 0));
    let encoder = Encoder::from_bytes(&onnx).expect("it loads");
    assert!(distance_of_means(&encoder, &dataset.train, 0) < 0.02);
}

#[test]
fn components_are_centred_ordered_and_uncorrelated_on_the_device() {
    let release = "kind = \"laplace\"\nclip = 1e4\nscale = 0.002";
    let dataset = images();
    let method = "kind = \"pca_noise\"\ncomponents = 4";
    for (method, white) in [
        (method.to_string(), false),
        (format!("{method}\nwhiten = true"), true),
    ] {
        let onnx = encoder_of(&short_run(&method, release, "mobile"), &dataset);
        let encoder = Encoder::from_bytes(&onnx).expect("it loads");
        assert_eq!(encoder.manifest().output.shape, [4]);
        let features = features_of(&encoder, &dataset.train);
        let rows = features.rows() as f64;
        let product = |a: usize, b: usize| {
            let products = (0..features.rows())
                .map(|row| features.row(row)[a] as f64 * features.row(row)[b] as f64);
            products.sum::<f64>() / rows
        };
        let variances: Vec<f64> = (0..4).map(|at| product(at, at)).collect();
        for at in 0..4 {
            let mean: f64 = (0..features.rows())
                .map(|row| f64::from(features.row(row)[at]))
                .sum::<f64>()
                / rows;
            assert!(
                mean.abs() < 0.01 * variances[at].sqrt(),
                "mean {at}: {mean}"
            );
            for other in 0..at {
                let correlation = product(at, other) / (variances[at] * variances[other]).sqrt();
                assert!(correlation.abs() < 0.01, "{at} and {other}: {correlation}");
            }
        }
        if white {
            assert!(
                variances
                    .iter()
                    .all(|variance| (variance - 1.0).abs() < 0.01),
                "{variances:?}"
            );
        } else {
            assert!(variances.is_sorted_by(|a, b| a > b), "{variances:?}");
        }
    }
}

#[test]
fn a_release_stands_in_the_manifest_with_the_clip_that_was_fitted() {
    let run = short_run(
        "kind = \"raw\"",
        "kind = \"gaussian\"\nepsilon = 2.0\ndelta = 1e-5\ndtype = \"int8\"",
        "mlp",
    );
    let dataset = table();
    let encoder = Encoder::from_bytes(&encoder_of(&run, &dataset)).expect("it loads");
    let exact = Encoder::from_bytes(&encoder_of(
        &short_run("kind = \"raw\"", "", "mlp"),
        &dataset,
    ));
    let features = features_of(&exact.expect("it loads"), &dataset.train);
    let norm = |row| {
        features
            .row(row)
            .iter()
            .map(|value| value * value)
            .sum::<f32>()
            .sqrt()
    };
    let mut norms: Vec<f32> = (0..features.rows()).map(norm).collect();
    norms.sort_by(f32::total_cmp);
    let manifest = encoder.manifest();
    match manifest.release {
        Release::Gaussian {
            clip,
            epsilon,
            delta,
            ..
        } => {
            assert_eq!((epsilon, delta), (2.0, 1e-5));
            let below = norms
                .iter()
                .filter(|&&norm| f64::from(norm) <= clip)
                .count();
            assert!(
                below.abs_diff(norms.len() / 2) <= 2,
                "{below} of {}",
                norms.len()
            );
        }
        _ => panic!("{:?}", manifest.release),
    }
    assert!(manifest.output.scale.is_some_and(|step| step > 0.0));
}

#[test]
fn settings_that_contradict_each_other_are_refused_by_name() {
    let erasure = "kind = \"erasure\"\nprivate = [\"secret\"]\n[method.after]\n";
    for (method, named) in [
        ("kind = \"noise\"".to_string(), "release.kind"),
        ("kind = \"pca_noise\"".into(), "release.kind"),
        ("kind = \"pca_noise\"\ncomponents = 0".into(), "components"),
        (format!("{erasure}kind = \"noise\""), "release.kind"),
        (
            format!("{erasure}kind = \"erasure\"\nprivate = [\"secret\"]"),
            "method.after",
        ),
        (
            format!("{erasure}kind = \"tiprdc\"\nprivate = [\"task\"]"),
            "task",
        ),
        (
            format!("{erasure}kind = \"plain\"\ntasks = [\"secret\"]"),
            "secret",
        ),
        (
            format!("{erasure}kind = \"tiprdc\"\nprivate = [\"secret\"]\nlambda = 2.0"),
            "lambda",
        ),
        (
            "kind = \"adversarial\"\nprivate = [\"a\"]\ntasks = [\"a\"]".into(),
            "`a`",
        ),
        (
            "kind = \"adversarial\"\nprivate = [\"a\"]\nweight = 0.0".into(),
            "weight",
        ),
        ("kind = \"maxent\"\nprivate = []".into(), "private"),
        (
            "kind = \"maxent\"\nprivate = [\"a\"]\nadversaries = 17".into(),
            "adversaries",
        ),
    ] {
        let text = short_run("kind = \"raw\"", "", "mlp").to_toml();
        let mut table: toml::Table = text.parse().expect("its own TOML is valid");
        let method = format!("[method]\n{method}").parse::<toml::Table>();
        table.extend(method.expect("the test's TOML is valid"));
        let error = Run::from_toml(&table.to_string(), &[] as &[&str]).expect_err(named);
        assert!(error.to_string().contains(named), "{named}: {error}");
    }
}
