//! What is tried with a file, and what must hold.

use tiprdc::{Encoder, Error, ErrorKind, Field, FieldKind, Input, InputSpec, Value};

/// One more than the core runs at once, so that both ways of running are met.
const ROWS: usize = 33;

/// Numbers of a record: what is larger takes time and shows nothing new.
const LARGEST: usize = 1 << 16;

/// Loads a file, and encodes some records if it is an encoder.
pub fn try_out(file: &[u8]) {
    let builder = Encoder::builder()
        .max_bytes(1 << 16)
        .max_work(1 << 20)
        .threads(1);
    let encoder = match builder.from_bytes(file) {
        Ok(encoder) => encoder,
        Err(error) => return of_a_file(&error),
    };
    let shape = encoder.manifest().input.shape();
    if shape.iter().product::<usize>() > LARGEST {
        return;
    }
    let records = Records::new(shape);
    let inputs: Vec<Input> = (0..ROWS)
        .filter_map(|row| records.input(&encoder, row))
        .collect();
    let [first, .., last] = &inputs[..] else {
        return;
    };
    let alone = [first, last].map(|input| encoder.encode(input));
    let exact = encoder.manifest().release.name() == "exact";
    for result in &alone {
        match result {
            Ok(features) => assert!(features.data().iter().all(|x| x.is_finite())),
            Err(error) => {
                assert!(exact, "a random release failed: {error:?}");
                of_a_run(error);
            }
        }
    }
    // A batch costs more than all before it.
    if !file.len().is_multiple_of(4) {
        return;
    }
    let Ok(batch) = encoder.encode_batch(&inputs) else {
        assert!(exact, "a random release failed");
        return;
    };
    if let ([Ok(first), Ok(last)], true) = (&alone, exact) {
        near(batch.row(0), first.data());
        near(batch.row(ROWS - 1), last.data());
    }
}

fn of_a_file(error: &Error) {
    assert!((101..200).contains(&error.kind().code()), "{error:?}");
}

fn of_a_run(error: &Error) {
    let fits = [ErrorKind::FeaturesNotFinite, ErrorKind::ModelMalformed];
    assert!(fits.contains(&error.kind()), "{error:?}");
}

/// Another order of additions is allowed, and what it makes of numbers that cancel. Large numbers are not compared:
/// their difference may be anything, and features of 16 bits are cut off there.
fn near(found: &[f32], expected: &[f32]) {
    let scale = expected.iter().fold(1.0f32, |scale, x| scale.max(x.abs()));
    for (found, expected) in found.iter().zip(expected) {
        let near = (found - expected).abs() <= 1e-2 * scale || scale > 6e4;
        assert!(
            near,
            "a record depends on its batch: {found} and {expected}"
        );
    }
}

/// Numbers for every kind of input.
struct Records {
    shape: Vec<usize>,
    numbers: Vec<f32>,
    pixels: Vec<u8>,
}

impl Records {
    fn new(shape: Vec<usize>) -> Self {
        let width: usize = shape.iter().product();
        // With no period that a shape could have.
        let number = |index: usize| (index as f32 * 0.618_034).fract() * 4.0 - 2.0;
        // Records may share numbers: each begins one further on than the one before.
        let numbers = (0..width + ROWS).map(number).collect();
        let pixels = (0..width * 4 + ROWS)
            .map(|index| (index * 37) as u8)
            .collect();
        Records {
            shape,
            numbers,
            pixels,
        }
    }

    /// The record of this number, if the encoder takes such.
    fn input<'a>(&'a self, encoder: &'a Encoder, row: usize) -> Option<Input<'a>> {
        let width: usize = self.shape.iter().product();
        let numbers = &self.numbers[row..row + width];
        match &encoder.manifest().input {
            InputSpec::Tensor(_) => Input::tensor(numbers, &self.shape).ok(),
            InputSpec::Series(spec) => Input::series(numbers, spec.channels, spec.steps).ok(),
            InputSpec::Image(spec) => {
                let pixels = &self.pixels[row..row + spec.width * spec.height];
                Input::image_gray8(pixels, spec.width as u32, spec.height as u32).ok()
            }
            InputSpec::Record(spec) => {
                let fields = spec.fields.iter();
                let named =
                    |field: &'a Field| (field.name.as_str(), value(&field.kind, numbers[0]));
                Some(Input::record(fields.map(named)))
            }
        }
    }
}

fn value(kind: &FieldKind, number: f32) -> Value<'_> {
    match kind {
        FieldKind::Numeric { .. } => Value::from(number),
        FieldKind::Categorical { categories } => match categories.first() {
            Some(category) => Value::from(category.as_str()),
            None => Value::Missing,
        },
    }
}
