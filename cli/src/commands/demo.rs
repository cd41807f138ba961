//! `tiprdc demo`: train, export, encode, audit.

use super::audit::{stamp, write_report};
use super::data::unpack_adult;
use super::encode::labels_csv;
use super::train::train_into;
use crate::args::{DemoArgs, DemoMethod};
use crate::failure::{Failure, Result};
use crate::output;
use crate::progress::Progress;
use std::path::{Path, PathBuf};
use tiprdc::{Encoder, Features};
use tiprdc_audit::{Audit, Report};
use tiprdc_pipeline::{ENCODER, Ready, attributes, encode_records, feature_set, raw_features};
use tiprdc_train::{Dataset, Run, Split};

/// A data set that the demo knows, with what to hide and what to keep.
struct Scene {
    run: &'static str,
    /// What the audit attacks; the run's method need not know it.
    private: &'static str,
    /// What the audit asks for; `plain` trains for the first.
    tasks: &'static [&'static str],
    about: &'static str,
    /// Settings of `neighbour_substitution` that suit it.
    neighbours: &'static str,
}

const ADULT: Scene = Scene {
    run: include_str!("../../runs/adult.toml"),
    private: "sex",
    tasks: &["income", "occupation", "education"],
    about: "UCI Adult: census records of 48,842 people. The column `relationship` is left out, as Husband and Wife say \
            the sex outright.",
    neighbours: "beta=12.0",
};

const MOTIONSENSE: Scene = Scene {
    run: include_str!("../../runs/motionsense.toml"),
    private: "gender",
    tasks: &["activity", "height", "subject"],
    about: "MotionSense: phone motion of 24 people, windows of 2.56 s, trials 1-9 to learn from and 11-16 to test.",
    neighbours: "within=\"group\",beta=6.0",
};

const FAIRFACE: Scene = Scene {
    run: include_str!("../../runs/fairface.toml"),
    private: "gender",
    tasks: &["race", "age"],
    about: "FairFace: photos of faces at 64 x 64.",
    neighbours: "within=\"private\"",
};

pub fn run(args: &DemoArgs) -> Result {
    let progress = Progress::new();
    output::make_folder(&args.out)?;
    let (scene, data, _unpacked) = scene(args.data.as_deref())?;
    let run = Run::from_toml(scene.run, &overrides(args, &scene))?;
    progress.line(scene.about);
    let dataset = run
        .dataset
        .load(&data, &mut |event| progress.data(&event))?;
    let ready = train_into(&run, &dataset, &args.out, false, &progress)?;
    output::write(&args.out.join("run.toml"), run.to_toml().as_bytes())?;
    let report = encode_and_audit(args, &scene, &dataset, &ready, &progress)?;
    progress.finish();
    let path = args.out.join(ENCODER);
    stamp::write(&path, &report)?;
    write_report(&args.out, &report, Some(&Encoder::open(&path)?))?;
    if args.json {
        output::print_json_text(&report.to_json());
    } else {
        output::print(&report.to_text());
        output::print(&format!(
            "Wrote encoder.onnx, run.toml, features-{{train,test}}.safetensors, labels-{{train,test}}.csv, audit.json, \
             model-card.md and audit.html to {}: open audit.html in a browser.",
            args.out.display()
        ));
    }
    Ok(())
}

fn overrides(args: &DemoArgs, scene: &Scene) -> Vec<String> {
    let (private, task) = (scene.private, scene.tasks[0]);
    let method = |table: String| format!("method={{{table}}}");
    let mut settings = match args.method {
        DemoMethod::Tiprdc => Vec::new(),
        DemoMethod::NeighbourSubstitution => {
            let kind = "kind=\"neighbour_substitution\"";
            let settings = scene.neighbours;
            vec![method(format!("{kind},private=[\"{private}\"],{settings}"))]
        }
        DemoMethod::Substitution => {
            let kind = "kind=\"substitution\"";
            let tasks = format!("tasks=[\"{task}\"]");
            vec![method(format!("{kind},private=[\"{private}\"],{tasks}"))]
        }
        DemoMethod::Plain => vec![method(format!("kind=\"plain\",tasks=[\"{task}\"]"))],
        DemoMethod::Untrained => vec![method("kind=\"untrained\"".into())],
        DemoMethod::Raw => vec![method("kind=\"raw\"".into())],
    };
    if matches!(
        args.method,
        DemoMethod::NeighbourSubstitution | DemoMethod::Substitution
    ) {
        settings.extend(SUBSTITUTION.map(str::to_string));
    }
    settings.push(format!("seed={}", args.seed));
    settings.extend(args.set.iter().cloned());
    settings
}

/// Substitution learns from larger batches, and longer, than the runs of the scenes say.
const SUBSTITUTION: [&str; 3] = [
    "training.batch=512",
    "training.pretrain_epochs=20",
    "training.epochs=15",
];

/// The scene for a folder, and where its files are; the built-in one is unpacked for as long as the guard lives.
fn scene(data: Option<&Path>) -> Result<(Scene, PathBuf, Option<tempfile::TempDir>)> {
    let Some(folder) = data else {
        let unpacked = unpack_adult()?;
        return Ok((ADULT, unpacked.path().to_path_buf(), Some(unpacked)));
    };
    let known = [
        (MOTIONSENSE, "motionsense", "A_DeviceMotion_data"),
        (FAIRFACE, "fairface_6k", "labels.csv"),
    ];
    for (scene, name, sign) in known {
        if folder.join(sign).exists() {
            return Ok((scene, folder.to_path_buf(), None));
        }
        if folder.join(name).join(sign).exists() {
            return Ok((scene, folder.join(name), None));
        }
    }
    Err(Failure::input(format!(
        "{} is neither a MotionSense folder (with A_DeviceMotion_data) nor a FairFace folder (with labels.csv)",
        folder.display()
    )))
}

fn encode_and_audit(
    args: &DemoArgs,
    scene: &Scene,
    dataset: &Dataset,
    ready: &Ready,
    progress: &Progress,
) -> Result<Report> {
    let train = released(args, "train", &dataset.train, ready)?;
    let test = released(args, "test", &dataset.test, ready)?;
    let encoder = &ready.encoder;
    let raw_train = raw_features(encoder, &dataset.train.records)?;
    let raw_test = raw_features(encoder, &dataset.test.records)?;
    let mut audit = Audit::new(feature_set(&train)?, feature_set(&test)?)
        .raw(feature_set(&raw_train)?, feature_set(&raw_test)?)
        .attributes(attributes(dataset, &[scene.private], scene.tasks)?)
        .seed(args.seed)
        .encoder(encoder.digest());
    if let (Some(train), Some(test)) = (&dataset.train.groups, &dataset.test.groups) {
        audit = audit.train_groups(train.clone()).test_groups(test.clone());
    }
    Ok(audit.run(&mut |event| progress.audit(&event))?)
}

/// Features of one part, as files; what the collector makes of them.
fn released(args: &DemoArgs, name: &str, split: &Split, ready: &Ready) -> Result<Features> {
    let features = encode_records(&ready.encoder, &split.records)?;
    output::write(
        &args.out.join(format!("features-{name}.safetensors")),
        &features.to_bytes(),
    )?;
    output::write(
        &args.out.join(format!("labels-{name}.csv")),
        &labels_csv(split)?,
    )?;
    Ok(ready.resolved(features)?)
}
