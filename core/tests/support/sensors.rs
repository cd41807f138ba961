//! Sensor events of `testdata/vectors/windows.json`.

use super::replay::floats;
use serde_json::{Value as Json, json};
use tiprdc::{ErrorKind, Result, SensorEvents, SeriesSpec};

/// A case: its name, its sensors, the stride, and the kind of its error if it fails.
pub type Case = (&'static str, Json, usize, Option<ErrorKind>);

/// A sensor of so many axes, with events at these times.
fn sensor(seed: u64, seconds: &[f64], axes: usize, factor: f64) -> Json {
    let values = super::numbers(seed, seconds.len() * axes);
    json!({ "seconds": seconds, "values": super::cases::list(&values), "axes": axes, "factor": factor })
}

/// Times from `begin` on, `period` apart, each off by a part of `jitter`.
fn times(begin: f64, period: f64, count: usize, jitter: f64) -> Vec<f64> {
    let off = super::numbers(count as u64, count);
    let time = |event: usize| begin + event as f64 * period + jitter * f64::from(off[event]);
    // Rounded, so that the decimals in the file are the numbers.
    (0..count)
        .map(|event| (time(event) * 1e6).round() / 1e6)
        .collect()
}

/// All cases; the encoder takes 3 channels of 8 steps at 50 Hz.
pub fn cases() -> Vec<Case> {
    use ErrorKind::{Argument, InputNotFinite, InputShape};
    let even = times(0.0, 0.02, 20, 0.0);
    let mut gap = even.clone();
    gap[12..].iter_mut().for_each(|time| *time += 0.05);
    let mut back = even.clone();
    back[5] = back[3];
    let nan = json!([{ "seconds": [0.0, 0.02], "values": [0.0, "nan", 0.0, 0.0, 0.0, 0.0], "axes": 3, "factor": 1.0 }]);
    let one = |seconds: &[f64]| json!([sensor(50, seconds, 3, 1.0)]);
    vec![
        ("at the encoder's rate", one(&even), 4, None),
        ("one window exactly", one(&even[..8]), 1, None),
        ("fewer than a window", one(&even[..7]), 1, None),
        ("no events", json!([sensor(50, &[], 3, 1.0)]), 1, None),
        (
            "unsteady times",
            one(&times(1000.0, 0.02, 40, 0.008)),
            8,
            None,
        ),
        (
            "a higher rate",
            one(&times(0.5, 0.0083, 60, 0.002)),
            3,
            None,
        ),
        ("a lower rate", one(&times(7.25, 0.05, 20, 0.0)), 16, None),
        (
            "two sensors, two clocks' beginnings",
            json!([
                sensor(51, &times(3.0, 0.02, 30, 0.004), 2, 1.0),
                sensor(52, &times(3.013, 0.01, 70, 0.002), 1, -1.0 / 9.80665),
            ]),
            5,
            None,
        ),
        (
            "sensors that never meet",
            json!([
                sensor(51, &times(0.0, 0.02, 10, 0.0), 2, 1.0),
                sensor(52, &times(9.0, 0.02, 10, 0.0), 1, 1.0),
            ]),
            5,
            None,
        ),
        ("a gap", one(&gap), 4, Some(InputShape)),
        ("times that go back", one(&back), 4, Some(InputShape)),
        (
            "too few axes",
            json!([sensor(50, &even, 2, 1.0)]),
            4,
            Some(InputShape),
        ),
        ("no sensors", json!([]), 4, Some(InputShape)),
        ("not a number", nan, 4, Some(InputNotFinite)),
        ("a stride of 0", one(&even), 0, Some(Argument)),
    ]
}

/// Windows of sensors as the vectors have them.
pub fn windows(series: &SeriesSpec, sensors: &Json, stride: usize) -> Result<Vec<f32>> {
    let owned = sensors
        .as_array()
        .expect("a list of sensors")
        .iter()
        .map(|sensor| {
            let seconds = sensor["seconds"].as_array().expect("a list of times");
            let seconds: Vec<f64> = seconds
                .iter()
                .map(|time| time.as_f64().expect("a time"))
                .collect();
            let axes = sensor["axes"].as_u64().expect("a number of axes") as usize;
            (
                seconds,
                floats(&sensor["values"]),
                axes,
                sensor["factor"].as_f64().expect("a factor"),
            )
        });
    let owned: Vec<_> = owned.collect();
    let sensors = owned.iter().map(|(seconds, values, axes, factor)| {
        Ok(SensorEvents::new(seconds, values, *axes)?.scaled(*factor))
    });
    series.windows(&sensors.collect::<Result<Vec<_>>>()?, stride)
}
