//! The encoder of the guides is what its run file makes.

use tiprdc::Encoder;
use tiprdc_train::Run;

#[test]
fn the_example_encoder_was_trained_by_the_run_file_beside_it() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
    let path = format!("{examples}/motion-gender.toml");
    let file = std::fs::read_to_string(path).expect("the run file is there");
    let encoder = Encoder::open(format!("{examples}/motion-gender.onnx")).expect("it loads");
    let manifest = encoder.manifest();
    let training = manifest.training.as_ref().expect("it was trained");
    let none: &[&str] = &[];
    let made = Run::from_toml(&training.run, none).expect("a run");
    assert_eq!(made, Run::from_toml(&file, none).expect("a run"));
    let audit = manifest.audit.as_ref().expect("it was audited");
    assert_eq!(audit.attribute, "gender");
    // What examples/README.md says.
    let found = format!(
        "{:.3} {:.3} {:.3}",
        audit.balanced_accuracy, audit.interval[0], audit.interval[1]
    );
    assert_eq!(found, "0.633 0.578 0.694");
}
