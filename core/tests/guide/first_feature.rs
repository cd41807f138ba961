use std::error::Error;
use tiprdc::{Encoder, Input};

fn main() -> Result<(), Box<dyn Error>> {
    let encoder = Encoder::open("motion-gender.onnx")?;
    println!("{}", encoder.manifest().to_json()); // what it takes, what it gives, what an audit measured
    let window = vec![0.0f32; 6 * 128]; // 6 channels of 128 steps, channel by channel
    let features = encoder.encode(&Input::series(&window, 6, 128)?)?;
    std::fs::write("features.safetensors", features.to_bytes())?;
    Ok(())
}
