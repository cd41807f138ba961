//! The manifest: any value of its JSON, and releases of every kind.

use crate::random::Random;
use serde_json::{Value, json};

pub fn change(text: &str, random: &mut Random) -> String {
    let Ok(mut manifest) = serde_json::from_str::<Value>(text) else {
        return text.replacen('}', "", 1);
    };
    if !manifest.is_object() || !manifest["output"].is_object() {
        value(&mut manifest, random);
        return manifest.to_string();
    }
    match random.below(6) {
        0 => manifest["release"] = release(random),
        1 => manifest["output"]["shape"] = shape(random),
        2 => manifest["input"] = json!({ "kind": "tensor", "shape": shape(random) }),
        3 => manifest["output"]["dtype"] = json!(random.pick(&["f32", "f16", "int8"])),
        _ => value(&mut manifest, random),
    }
    manifest.to_string()
}

fn shape(random: &mut Random) -> Value {
    let rank = 1 + random.below(4);
    (0..rank).map(|_| 1 + random.below(9)).collect()
}

fn release(random: &mut Random) -> Value {
    let clip = *random.pick(&[1.0, 0.5, 1e-3, 1e6]);
    match random.below(4) {
        0 => json!({ "kind": "exact" }),
        1 => json!({ "kind": "laplace", "clip": clip, "scale": clip, "epsilon": 3.0 }),
        2 => json!({
            "kind": "gaussian", "clip": clip, "scale": clip, "delta": 1e-6, "epsilon": 30.0
        }),
        _ => json!({
            "kind": "substitute", "count": 2 + random.below(9), "temperature": 0.5, "range": 4.0,
            "table": "0".repeat(64), "epsilon": 9.0
        }),
    }
}

/// A value somewhere inside.
fn value(within: &mut Value, random: &mut Random) {
    match within {
        Value::Object(fields) if !fields.is_empty() && !random.one_in(8) => {
            let at = random.below(fields.len());
            let inner = fields.values_mut().nth(at).expect("there are so many");
            value(inner, random);
        }
        Value::Array(items) if !items.is_empty() && !random.one_in(4) => {
            let at = random.below(items.len());
            value(&mut items[at], random);
        }
        other => {
            *other = match random.below(6) {
                0 => json!(random.whole()),
                1 => json!(f64::from(random.float())),
                2 => json!("text"),
                3 => json!(null),
                4 => json!([1, 2]),
                _ => json!(random.below(10)),
            }
        }
    }
}
