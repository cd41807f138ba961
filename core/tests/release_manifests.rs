//! What a manifest may state of a random release.

mod support;

use support::*;
use tiprdc::{Dtype, Encoder, ErrorKind, Manifest, Release};

fn validated(change: impl FnOnce(&mut Manifest)) -> Result<(), tiprdc::Error> {
    let mut manifest = manifest(tensor_input(&[6]), &[1]);
    change(&mut manifest);
    let again = Manifest::from_json(&manifest.to_json());
    match (manifest.validate(), again) {
        (Ok(()), Ok(again)) => {
            assert_eq!(again, manifest);
            Ok(())
        }
        (Err(error), Err(_)) => Err(error),
        other => panic!("in memory and in JSON the same manifest is judged otherwise: {other:?}"),
    }
}

fn refused(field: &str, change: impl FnOnce(&mut Manifest)) {
    let error = validated(change).expect_err("this must not be accepted");
    assert_eq!(error.kind(), ErrorKind::ManifestInvalid);
    assert!(
        error.to_string().contains(&format!("`{field}`")),
        "the message does not name {field}: {error}"
    );
}

#[test]
fn manifests_of_releases_are_read_as_they_were_written() {
    for release in [laplace(), gaussian(), substitute(64)] {
        validated(|manifest| manifest.release = release).expect("the manifest is good");
    }
    validated(|manifest| {
        manifest.output.dtype = Dtype::Int8;
        manifest.output.scale = Some(0.1);
    })
    .expect("the manifest is good");
    let json = {
        let mut manifest = manifest(tensor_input(&[6]), &[1]);
        manifest.release = laplace();
        manifest.to_json()
    };
    assert!(
        json.contains(r#""release":{"kind":"laplace","clip":2.0,"scale":1.0,"epsilon":4.0}"#),
        "the form that other tools write: {json}"
    );
    for broken in [
        json.replace(r#","epsilon":4.0"#, ""),
        json.replace(r#""scale":1.0,"#, ""),
        json.replace(r#""scale":1.0"#, r#""scale":1.0,"seed":1"#),
    ] {
        let error = Manifest::from_json(&broken).expect_err("a field is missing or unknown");
        assert_eq!(error.kind(), ErrorKind::ManifestInvalid);
    }
}

#[test]
fn a_bound_smaller_than_the_truth_is_refused() {
    for release in [laplace(), gaussian(), substitute(64)] {
        let state = |share: f64| {
            let mut release = release.clone();
            if let Release::Laplace { epsilon, .. }
            | Release::Gaussian { epsilon, .. }
            | Release::Substitute { epsilon, .. } = &mut release
            {
                *epsilon *= share;
            }
            move |manifest: &mut Manifest| manifest.release = release
        };
        refused("release.epsilon", state(0.999));
        refused("release.epsilon", state(-1.0));
        refused("release.epsilon", state(1.0 - 1e-6));
        refused("release.epsilon", state(1.0 - 2e-11));
        validated(state(2.0)).expect("a bound that is not tight is a bound");
    }
}

#[test]
fn the_next_smaller_number_is_refused() {
    for (clip, scale) in [(2.0, 1.0), (1.0, 3.0), (0.7, 0.1)] {
        let with = |epsilon| {
            move |manifest: &mut Manifest| {
                manifest.release = Release::Laplace {
                    clip,
                    scale,
                    epsilon,
                };
            }
        };
        let least = Release::laplace(clip, scale).expect("good settings");
        let least = least.epsilon().expect("random");
        validated(with(least)).expect("what the settings prove");
        refused("release.epsilon", with(least.next_down()));
    }
}

#[test]
fn a_refused_bound_is_mended_by_what_the_message_says() {
    for (name, release) in [("gaussian", gaussian()), ("substitute", substitute(64))] {
        let mut json = serde_json::to_value(&release).expect("JSON");
        json["epsilon"] = serde_json::json!(0.5);
        let with = |json: serde_json::Value| {
            validated(|manifest| {
                manifest.release = serde_json::from_value(json).expect("a release");
            })
        };
        let message = with(json.clone()).expect_err("too small").to_string();
        let (_, rest) = message.split_once("state ").expect("it says what to state");
        let least: f64 = rest
            .trim_end_matches(" or more")
            .parse()
            .expect("it is a number");
        json["epsilon"] = serde_json::json!(least);
        with(json).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn settings_that_make_no_sense_name_their_field() {
    use Release::{Gaussian, Laplace, Substitute};
    let set = |release: Release| move |manifest: &mut Manifest| manifest.release = release;
    let (clip, scale, epsilon, delta) = (1.0, 1.0, 100.0, 1e-6);
    for bad in [0.0, -1.0, 1e-30, 1e30] {
        refused(
            "release.clip",
            set(Laplace {
                clip: bad,
                scale,
                epsilon,
            }),
        );
        refused(
            "release.scale",
            set(Laplace {
                clip,
                scale: bad,
                epsilon,
            }),
        );
        refused(
            "release.clip",
            set(Gaussian {
                clip: bad,
                scale,
                delta,
                epsilon,
            }),
        );
    }
    refused(
        "release.scale",
        set(Laplace {
            clip: 1.0,
            scale: 1e-8,
            epsilon: 1e9,
        }),
    );
    for delta in [0.0, 1.0, -0.1] {
        refused(
            "release.delta",
            set(Gaussian {
                clip,
                scale,
                delta,
                epsilon,
            }),
        );
    }
    let (count, temperature, range, table) = (64, 0.1, 5.0, TABLE.to_string());
    let good = Substitute {
        count,
        temperature,
        range,
        table: table.clone(),
        epsilon,
    };
    for count in [0, 1, (1 << 20) + 1] {
        refused(
            "release.count",
            set(Substitute {
                count,
                temperature,
                range,
                table: table.clone(),
                epsilon,
            }),
        );
    }
    for temperature in [0.0, -1.0] {
        refused(
            "release.temperature",
            set(Substitute {
                count,
                temperature,
                range,
                table: table.clone(),
                epsilon,
            }),
        );
    }
    for range in [0.0, -1.0] {
        refused(
            "release.range",
            set(Substitute {
                count,
                temperature,
                range,
                table: table.clone(),
                epsilon,
            }),
        );
    }
    for table in ["", "short", &TABLE.to_uppercase().replace('0', "Z")] {
        refused(
            "release.table",
            set(Substitute {
                count,
                temperature,
                range,
                table: table.into(),
                epsilon,
            }),
        );
    }
    refused("output.shape", |manifest| {
        manifest.release = good.clone();
        manifest.output.shape = vec![64];
    });
    refused("output.dtype", |manifest| {
        manifest.release = good.clone();
        manifest.output.dtype = Dtype::F16;
    });
    refused("output.scale", |manifest| {
        manifest.output.dtype = Dtype::Int8
    });
    refused("output.scale", |manifest| manifest.output.scale = Some(1.0));
    for bad in [0.0, -1.0, 1e300] {
        refused("output.scale", |manifest| {
            manifest.output.dtype = Dtype::Int8;
            manifest.output.scale = Some(bad);
        });
    }
}

#[test]
fn constructors_refuse_what_a_manifest_may_not_say() {
    for result in [
        Release::laplace(f64::NAN, 1.0),
        Release::laplace(1.0, f64::INFINITY),
        Release::laplace_for_epsilon(1.0, 0.0),
        Release::laplace_for_epsilon(1.0, f64::NAN),
        Release::gaussian(1.0, 1.0, f64::NAN),
        Release::gaussian_for_epsilon(1.0, -1.0, 1e-6),
        Release::gaussian_for_epsilon(-1.0, 1.0, 1e-6),
        Release::substitute(1, 1.0, 1.0, TABLE),
        Release::substitute(4, f64::NAN, 1.0, TABLE),
        Release::substitute(4, 1.0, f64::INFINITY, TABLE),
        Release::Exact.with_epsilon(1.0),
        substitute(4).with_epsilon(f64::NAN),
    ] {
        assert_eq!(
            result.expect_err("no such release").kind(),
            ErrorKind::ManifestInvalid
        );
    }
}

#[test]
fn a_release_by_epsilon_states_it_and_proves_it() {
    for asked in [0.01, 0.5, 3.0, 12.0] {
        for release in [laplace(), gaussian(), substitute(4096)] {
            let release = release.with_epsilon(asked).expect("within reach");
            let stated = release.epsilon().expect("random");
            assert!(
                (stated - asked).abs() < 1e-6 * asked,
                "{release:?}: asked for {asked}"
            );
            validated(|manifest| manifest.release = release).expect("it holds what it states");
        }
    }
    let widest = substitute(4096)
        .with_epsilon(1000.0)
        .expect("as wide as it gets");
    let epsilon = widest.epsilon().expect("random");
    assert!(
        (36.0..36.1).contains(&epsilon),
        "40 ln 2 + ln 4096, and not what was asked for: {epsilon}"
    );
}

#[test]
fn a_wide_range_counts_as_what_the_weights_can_hold() {
    // PASS's own formula for a temperature of 0.01 would be 200 nats and more.
    let release = Release::substitute(4096, 0.01, 200.0, TABLE).expect("good settings");
    assert!(release.epsilon().expect("random") < 36.1);
    let by_hand = Release::Substitute {
        count: 4096,
        temperature: 0.01,
        range: 200.0,
        table: TABLE.into(),
        epsilon: 40.0,
    };
    validated(|manifest| manifest.release = by_hand).expect("the range is taken as 40 ln 2");
}

#[test]
fn the_network_of_a_substitute_release_has_a_logit_for_each() {
    let file = released(substitute(6), plain_output(&[1]));
    let encoder = Encoder::from_bytes(&file).expect("the encoder is good");
    assert_eq!(encoder.output_shape(), [1]);
    let mut manifest = encoder.manifest().clone();
    manifest.release = substitute(7);
    let file = tiprdc::embed_manifest(&file, &manifest).expect("valid in itself");
    let error = Encoder::from_bytes(&file).expect_err("six logits for seven substitutes");
    assert_eq!(error.kind(), ErrorKind::ManifestMismatch);
}
