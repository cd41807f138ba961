//! Inputs of `testdata/vectors`, and which of them fail.

use serde_json::{Value as Json, json};
use tiprdc::{ErrorKind, Value};

/// The shortest decimal that reads back as this f32.
fn number(value: f32) -> Json {
    let named = |name: &str| Json::String(name.into());
    match value {
        value if value.is_nan() => named("nan"),
        f32::INFINITY => named("inf"),
        f32::NEG_INFINITY => named("-inf"),
        value => json!(
            value
                .to_string()
                .parse::<f64>()
                .expect("a decimal is a number")
        ),
    }
}

pub fn list(values: &[f32]) -> Json {
    values.iter().copied().map(number).collect()
}

/// An input, as JSON; [`super::replay`] is the way back.
fn tensor(data: &[f32]) -> Json {
    json!({ "kind": "tensor", "shape": [data.len()], "data": list(data) })
}

fn series(channels: usize, steps: usize, data: &[f32]) -> Json {
    json!({ "kind": "series", "channels": channels, "steps": steps, "data": list(data) })
}

fn image(format: &str, width: usize, height: usize, bytes: usize) -> Json {
    let pixels: Vec<u8> = (0..bytes).map(|at| (at * 37 % 256) as u8).collect();
    json!({ "kind": "image", "format": format, "width": width, "height": height, "pixels": pixels })
}

fn record(fields: &[(&str, Value)]) -> Json {
    let field = |(name, value): &(&str, Value)| match value {
        Value::Number(value) => json!({ "name": name, "number": number(*value as f32) }),
        Value::Text(text) => json!({ "name": name, "text": text }),
        Value::Boolean(boolean) => json!({ "name": name, "boolean": boolean }),
        Value::Missing => json!({ "name": name, "missing": true }),
    };
    json!({ "kind": "record", "fields": fields.iter().map(field).collect::<Vec<_>>() })
}

/// A case: its name, its inputs with a number of threads if it is a batch, and the kind of its error if it fails.
pub type Case = (&'static str, Vec<Json>, Option<usize>, Option<ErrorKind>);

fn one(name: &'static str, input: Json) -> Case {
    (name, vec![input], None, None)
}

fn fails(name: &'static str, input: Json, kind: ErrorKind) -> Case {
    (name, vec![input], None, Some(kind))
}

fn fails_together(name: &'static str, inputs: Vec<Json>, kind: ErrorKind) -> Case {
    (name, inputs, Some(2), Some(kind))
}

fn batch(name: &'static str, inputs: Vec<Json>, threads: usize) -> Case {
    (name, inputs, Some(threads), None)
}

/// The cases of an encoder, by its name.
pub fn cases(encoder: &str) -> Vec<Case> {
    use ErrorKind::{FeaturesNotFinite, InputKind, InputNotFinite, InputShape};
    match encoder {
        "record" => record_cases(),
        "booleans" => boolean_cases(),
        "series" => series_cases(),
        "image" => image_cases(),
        "image-gray" => vec![
            one("as it is", image("gray8", 3, 3, 9)),
            one("colours become luma", image("rgb8", 3, 3, 27)),
            one("stretched", image("gray8", 7, 2, 14)),
        ],
        "substitute" => vec![
            one("one is likely", tensor(&[0.0, 8.0, 0.0, 0.0, 0.0, 0.0])),
            one("all alike", tensor(&[0.0; 6])),
            batch(
                "draws of a batch",
                (0..8)
                    .map(|seed| tensor(&super::numbers(seed, 6)))
                    .collect(),
                2,
            ),
            fails(
                "infinite",
                tensor(&[f32::INFINITY, 0.0, 0.0, 0.0, 0.0, 0.0]),
                InputNotFinite,
            ),
        ],
        "loud" => vec![
            one("one feature", tensor(&[1.0, 0.0])),
            one("infinite features are released", tensor(&[100.0, 1.0])),
        ],
        "loud-exact" | "loud-f16" | "loud-int8" => vec![
            one("finite features", tensor(&[1.0, 0.0])),
            fails("one is infinite", tensor(&[100.0, 1.0]), FeaturesNotFinite),
            fails("one is NaN", tensor(&[100.0, -100.0]), FeaturesNotFinite),
            batch(
                "a batch of finite features",
                vec![tensor(&[1.0, 0.0]), tensor(&[-1.0, 0.0])],
                1,
            ),
            fails_together(
                "one record of a batch",
                vec![tensor(&[1.0, 0.0]), tensor(&[100.0, 1.0])],
                FeaturesNotFinite,
            ),
        ],
        _ => vec![
            one("zeros", tensor(&[0.0; 4])),
            one("numbers", tensor(&[0.25, -1.5, 3.0, 0.125])),
            one("large", tensor(&[1e6, -1e6, 2e6, 1e6])),
            batch(
                "a batch",
                (0..5)
                    .map(|seed| tensor(&super::numbers(seed + 30, 4)))
                    .collect(),
                2,
            ),
            fails("too long", tensor(&[1.0; 5]), InputShape),
            fails(
                "not a number",
                tensor(&[f32::NAN, 0.0, 0.0, 0.0]),
                InputNotFinite,
            ),
            fails("another kind", series(1, 4, &[0.0; 4]), InputKind),
        ],
    }
}

fn series_cases() -> Vec<Case> {
    use ErrorKind::{InputKind, InputNotFinite, InputShape};
    let ramp: Vec<f32> = (0..24).map(|at| at as f32 / 24.0).collect();
    let holed = |hole: f32| {
        let mut data = ramp.clone();
        data[13] = hole;
        series(3, 8, &data)
    };
    let some: Vec<Json> = (0..7)
        .map(|seed| series(3, 8, &super::numbers(seed + 40, 24)))
        .collect();
    let with_hole = vec![series(3, 8, &ramp), holed(f32::NAN)];
    vec![
        one("a ramp", series(3, 8, &ramp)),
        one("zeros", series(3, 8, &[0.0; 24])),
        batch("a batch on two threads", some.clone(), 2),
        batch("a batch on all cores", some, 0),
        batch("an empty batch", Vec::new(), 1),
        fails("too few steps", series(3, 7, &[0.0; 21]), InputShape),
        fails("too few numbers", series(3, 8, &[0.0; 23]), InputShape),
        fails("not a number", holed(f32::NAN), InputNotFinite),
        fails("infinite", holed(f32::NEG_INFINITY), InputNotFinite),
        fails("another kind", image("gray8", 3, 8, 24), InputKind),
        (
            "a batch with a bad record",
            with_hole,
            Some(0),
            Some(InputNotFinite),
        ),
    ]
}

fn image_cases() -> Vec<Case> {
    use ErrorKind::{InputKind, InputShape};
    vec![
        one("as it is", image("rgb8", 6, 4, 72)),
        one("larger", image("rgb8", 13, 9, 351)),
        one("tall", image("rgb8", 5, 11, 165)),
        one("smaller", image("rgb8", 2, 3, 18)),
        one("with alpha", image("rgba8", 6, 4, 96)),
        one("blue first", image("bgra8", 6, 4, 96)),
        one("gray", image("gray8", 8, 8, 64)),
        batch(
            "two sizes in a batch",
            vec![image("rgb8", 6, 4, 72), image("gray8", 9, 5, 45)],
            2,
        ),
        fails("too few pixels", image("rgb8", 6, 4, 71), InputShape),
        fails("no width", image("rgb8", 0, 4, 0), InputShape),
        fails("another kind", tensor(&[0.0; 72]), InputKind),
    ]
}

/// Booleans, and what programs write for them: a category where training made one of them, 1 and 0 where it made numbers.
fn boolean_cases() -> Vec<Case> {
    use Value::{Boolean, Missing, Number, Text};
    let member =
        |member, active| record(&[("member", member), ("active", active), ("age", Missing)]);
    vec![
        one("true", member(Boolean(true), Boolean(true))),
        one("false", member(Boolean(false), Boolean(false))),
        one("the same in words", member(Text("True"), Number(1.0))),
        one("in other letters", member(Text("TRUE"), Number(1.0))),
        one("small letters", member(Text("false"), Number(0.0))),
        one("not known", member(Missing, Missing)),
        one("no boolean", member(Text("perhaps"), Missing)),
        batch(
            "a batch",
            vec![
                member(Boolean(true), Boolean(false)),
                member(Boolean(false), Boolean(true)),
            ],
            2,
        ),
        one("one for true", member(Number(1.0), Number(1.0))),
        fails(
            "a text for a number",
            member(Boolean(true), Text("true")),
            ErrorKind::InputField,
        ),
    ]
}

fn record_cases() -> Vec<Case> {
    use ErrorKind::{InputField, InputKind, InputNotFinite};
    use Value::{Missing, Number, Text};
    let adult = |age, work| record(&[("age", Number(age)), ("work", Text(work))]);
    vec![
        one("both fields", adult(39.0, "state")),
        one(
            "another order",
            record(&[("work", Text("private")), ("age", Number(17.5))]),
        ),
        one(
            "a missing number",
            record(&[("age", Missing), ("work", Text("none"))]),
        ),
        one(
            "a missing category",
            record(&[("age", Number(64.0)), ("work", Missing)]),
        ),
        one("an unknown category", adult(50.0, "elsewhere")),
        batch(
            "a batch",
            vec![
                adult(20.0, "none"),
                adult(30.0, "state"),
                adult(40.0, "private"),
            ],
            2,
        ),
        fails(
            "a field is absent",
            record(&[("age", Number(39.0))]),
            InputField,
        ),
        fails(
            "a field is doubled",
            record(&[
                ("age", Number(1.0)),
                ("age", Number(2.0)),
                ("work", Missing),
            ]),
            InputField,
        ),
        fails(
            "a field is unknown",
            record(&[("age", Number(1.0)), ("work", Missing), ("city", Missing)]),
            InputField,
        ),
        fails(
            "a text for a number",
            record(&[("age", Text("old")), ("work", Missing)]),
            InputField,
        ),
        fails(
            "a boolean among other categories",
            record(&[("age", Number(39.0)), ("work", Value::Boolean(true))]),
            InputField,
        ),
        fails("not a number", adult(f64::NAN, "state"), InputNotFinite),
        fails("another kind", tensor(&[0.0; 4]), InputKind),
    ]
}
