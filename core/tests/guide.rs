//! The first program of the guide, beside the encoder that it names.

use std::path::Path;

mod program {
    include!("guide/first_feature.rs");

    #[test]
    fn the_first_program_of_the_guide_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let example = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../examples/motion-gender.onnx"
        );
        std::fs::copy(example, folder.path().join("motion-gender.onnx")).expect("a copy");
        std::env::set_current_dir(folder.path()).expect("the folder is there");
        main().expect("the program runs");
        let features = std::fs::read("features.safetensors").expect("the program wrote features");
        let features = tiprdc::Features::from_bytes(&features).expect("a features file");
        assert_eq!(features.shape(), [1, 16, 32]);
    }
}

#[test]
fn the_guide_has_that_program() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/rust.md");
    let guide = std::fs::read_to_string(guide).expect("the guide is there");
    assert!(guide.contains(include_str!("guide/first_feature.rs")));
}
