//! Inputs of `testdata/vectors`, put through an encoder.

use serde_json::Value as Json;
use tiprdc::{Encoder, Features, Input, Result, Value};

/// Encodes one input, or a batch if there is a number of threads.
pub fn encode(encoder: &Encoder, inputs: &[Json], threads: Option<usize>) -> Result<Features> {
    let owned: Vec<Owned> = inputs.iter().map(Owned::new).collect();
    let inputs = owned.iter().map(Owned::input).collect::<Result<Vec<_>>>()?;
    match threads {
        None => encoder.encode(&inputs[0]),
        Some(threads) => encoder.with_threads(threads).encode_batch(&inputs),
    }
}

/// The numbers of a list, where `"nan"`, `"inf"` and `"-inf"` may stand for numbers.
pub fn floats(list: &Json) -> Vec<f32> {
    let list = list.as_array().expect("a list of numbers");
    list.iter().map(float).collect()
}

fn float(value: &Json) -> f32 {
    match value.as_str() {
        Some(text) => text.parse().expect("nan, inf or -inf"),
        None => value.as_f64().expect("a number") as f32,
    }
}

fn sizes(list: &Json) -> Vec<usize> {
    let list = list.as_array().expect("a list of sizes");
    let size = |value: &Json| value.as_u64().expect("a size") as usize;
    list.iter().map(size).collect()
}

/// What an input borrows.
struct Owned<'a> {
    json: &'a Json,
    data: Vec<f32>,
    pixels: Vec<u8>,
}

impl<'a> Owned<'a> {
    fn new(json: &'a Json) -> Self {
        let data = json.get("data").map(floats).unwrap_or_default();
        let pixels = json.get("pixels").map(sizes).unwrap_or_default();
        let pixels = pixels.into_iter().map(|pixel| pixel as u8).collect();
        Owned { json, data, pixels }
    }

    fn size(&self, key: &str) -> usize {
        self.json[key].as_u64().expect("a size") as usize
    }

    fn input(&self) -> Result<Input<'_>> {
        match self.json["kind"].as_str().expect("a kind") {
            "series" => Input::series(&self.data, self.size("channels"), self.size("steps")),
            "tensor" => Input::tensor(&self.data, &sizes(&self.json["shape"])),
            "image" => self.image(),
            "record" => Ok(Input::record(self.fields())),
            other => panic!("unknown kind of input {other}"),
        }
    }

    fn image(&self) -> Result<Input<'_>> {
        let (width, height) = (self.size("width") as u32, self.size("height") as u32);
        match self.json["format"].as_str().expect("a format") {
            "rgb8" => Input::image_rgb8(&self.pixels, width, height),
            "rgba8" => Input::image_rgba8(&self.pixels, width, height),
            "bgra8" => Input::image_bgra8(&self.pixels, width, height),
            "gray8" => Input::image_gray8(&self.pixels, width, height),
            other => panic!("unknown format {other}"),
        }
    }

    fn fields(&self) -> Vec<(&'a str, Value<'a>)> {
        let fields = self.json["fields"].as_array().expect("a list of fields");
        let value = |field: &'a Json| {
            let text = field.get("text").and_then(Json::as_str).map(Value::Text);
            let number = field
                .get("number")
                .map(|value| Value::Number(float(value).into()));
            let boolean = field.get("boolean").and_then(Json::as_bool);
            let boolean = boolean.map(Value::Boolean);
            text.or(number).or(boolean).unwrap_or(Value::Missing)
        };
        let name = |field: &'a Json| field["name"].as_str().expect("a name");
        fields
            .iter()
            .map(|field| (name(field), value(field)))
            .collect()
    }
}
