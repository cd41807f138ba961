//! Timestamped sensor events, cut into windows.

use crate::encoder::EncoderHandle;
use crate::handle;
use crate::memory::{self, slice};
use crate::status::{Failure, Outcome, Status, guard};
use safer_ffi::prelude::*;
use tiprdc::{ErrorKind, SensorEvents, SeriesSpec};

/// Events of one sensor with several axes: when each came, and what it said. `tiprdc_sensor_events` fills it in.
///
/// Ownership: all memory is the caller's, and read during a call only.
#[derive_ReprC(rename = "tiprdc_events")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CEvents {
    /// Times in seconds, rising, on one clock for all sensors.
    seconds: *const f64,
    /// Values, row-major `[count, axes]`: all axes of the first event come first.
    values: *const f32,
    /// Number of events.
    count: usize,
    /// Number of axes.
    axes: usize,
    /// What every value is multiplied by: another unit, another sign; 1 for none.
    factor: f64,
}

impl CEvents {
    /// The core's form of it.
    ///
    /// # Safety
    /// Pointers are NULL or point to what the lengths say, and nobody changes it during `'a`.
    unsafe fn read<'a>(&self) -> Outcome<SensorEvents<'a>> {
        let values = self.count.checked_mul(self.axes).ok_or_else(|| {
            Failure::argument("sensor events have more values than the memory can hold")
        })?;
        // SAFETY: the caller's promise.
        let (seconds, values) = unsafe {
            (
                slice(self.seconds, self.count, "seconds")?,
                slice(self.values, values, "values")?,
            )
        };
        Ok(SensorEvents::new(seconds, values, self.axes)?.scaled(self.factor))
    }
}

/// Events of one sensor: `count` times in seconds, rising, and `count * axes` values, row-major `[count, axes]`.
///
/// All sensors have one clock, wherever it begins. Values have the units and signs of the training data after they
/// were multiplied by `factor`: acceleration from Android in m/s2, for an encoder trained on Core Motion's in g, has
/// -1 / 9.80665. 1 leaves them as they are.
///
/// Ownership: `seconds` and `values` stay the caller's, and must outlive the use of the result.
/// Threads: any.
#[ffi_export]
fn tiprdc_sensor_events(
    seconds: *const f64,
    values: *const f32,
    count: usize,
    axes: usize,
    factor: f64,
) -> CEvents {
    CEvents {
        seconds,
        values,
        count,
        axes,
        factor,
    }
}

/// Reads the sensors, and hands them over with what the encoder takes.
///
/// # Safety
/// Nobody closes the encoder; what the sensors point to stays for the call.
unsafe fn with_sensors<T>(
    encoder: *const EncoderHandle,
    sensors: *const CEvents,
    sensor_count: usize,
    then: impl FnOnce(&SeriesSpec, &[SensorEvents<'_>]) -> tiprdc::Result<T>,
) -> Outcome<T> {
    // SAFETY: the caller's promise.
    let (encoder, sensors) = unsafe {
        (
            handle::get(encoder)?,
            slice(sensors, sensor_count, "sensors")?,
        )
    };
    let read = |(number, sensor): (usize, &CEvents)| {
        // SAFETY: the caller's promise.
        unsafe { sensor.read() }.map_err(|failure| {
            Failure::new(
                failure.kind,
                format!("sensor {number}: {}", failure.message),
            )
        })
    };
    let sensors = sensors.iter().enumerate().map(read);
    let sensors: Vec<SensorEvents<'_>> = sensors.collect::<Outcome<_>>()?;
    let series = encoder.encoder.manifest().input.series()?;
    Ok(then(series, &sensors)?)
}

/// How many windows `tiprdc_windows` will cut from these events.
///
/// Ownership: all memory stays the caller's. `*count` is written on success only.
/// Threads: any.
/// Returns `TIPRDC_OK`, or a status as `tiprdc_windows`.
#[ffi_export]
fn tiprdc_windows_count(
    encoder: *const EncoderHandle,
    sensors: *const CEvents,
    sensor_count: usize,
    stride: usize,
    count: *mut usize,
) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe {
        let out = memory::out(count, "count")?;
        out.write(with_sensors(
            encoder,
            sensors,
            sensor_count,
            |series, sensors| series.count_windows(sensors, stride),
        )?);
        Ok(())
    })
}

/// Cuts the events of one sensor or several into windows that the encoder takes, at its rate.
///
/// Values between two events are interpolated linearly, and nothing is extrapolated. The axes of the first sensor are the
/// first channels. Windows begin `stride` samples apart; a rest that fills no window is left out. `out` has room for
/// exactly `tiprdc_windows_count` windows of `channels * steps` numbers; it is what `tiprdc_encode_series_batch` takes.
///
/// Ownership: all memory stays the caller's. `out` is written on success only.
/// Threads: any; the work is done on the calling thread.
/// Returns `TIPRDC_OK`; TIPRDC_ERROR_INPUT_KIND if the encoder takes no series; TIPRDC_ERROR_INPUT_SHAPE if the sensors
/// have not as many axes as it has channels, times do not rise, or events lie more than three samples apart: cut the
/// recording there; TIPRDC_ERROR_INPUT_NOT_FINITE, TIPRDC_ERROR_OUTPUT_SIZE or TIPRDC_ERROR_ARGUMENT.
#[ffi_export]
fn tiprdc_windows(
    encoder: *const EncoderHandle,
    sensors: *const CEvents,
    sensor_count: usize,
    stride: usize,
    out: *mut f32,
    out_length: usize,
) -> Status {
    // SAFETY: the caller's promise, as the documentation says.
    guard(|| unsafe {
        let out = memory::out_slice(out, out_length, "out")?;
        let cut =
            |series: &SeriesSpec, sensors: &[SensorEvents<'_>]| series.windows(sensors, stride);
        let windows = with_sensors(encoder, sensors, sensor_count, cut)?;
        if windows.len() != out_length {
            return Err(Failure::new(
                ErrorKind::OutputSize,
                format!(
                    "these events make windows of {} numbers together, the buffer has room for {out_length}",
                    windows.len()
                ),
            ));
        }
        out.copy_prefix(&windows);
        Ok(())
    })
}
