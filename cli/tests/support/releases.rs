//! Encoders with random releases, packed from the one that a test trained.

use super::Place;
use serde_json::Value;
use tiprdc::{Encoder, Features, SubstituteTable};

/// A features file.
pub fn features(place: &Place, name: &str) -> Features {
    Features::from_bytes(&place.read(name)).expect("a features file")
}

/// Packs `out/encoder.onnx` into `name` with these arguments.
pub fn pack(place: &Place, name: &str, arguments: &[&str]) -> Value {
    let fixed = ["pack", "out/encoder.onnx", "--out", name, "--json"];
    place
        .run(&[&fixed[..], arguments].concat())
        .expect(0)
        .json()
}

/// Writes a table with one substitute, `[at, 2 at]`, for each feature of the encoder; returns its digest.
pub fn table(place: &Place) -> String {
    let encoder = Encoder::open(place.path("out/encoder.onnx")).expect("an encoder");
    let count: usize = encoder.output_shape().iter().product();
    let data: Vec<f32> = (0..count)
        .flat_map(|at| [at as f32, 2.0 * at as f32])
        .collect();
    let table = SubstituteTable::new(&data, &[count, 2]).expect("count x 2");
    place.write("table.safetensors", table.to_bytes());
    table.digest().to_string()
}

/// Arguments of a substitute release with that table.
pub const SUBSTITUTE: [&str; 6] = [
    "--release",
    "substitute",
    "--table",
    "table.safetensors",
    "--temperature",
    "0.5",
];
