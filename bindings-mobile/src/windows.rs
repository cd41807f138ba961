//! Timestamped sensor events, cut into windows.

use crate::encoder::RawEncoder;
use crate::failure::Failure;
use crate::memory::{numbers, times, write_numbers};
use crate::options::size;
use tiprdc::{SensorEvents, SeriesSpec};

/// Events of one sensor. Its times (f64, seconds) and then its values (f32, `[count, axes]`) are in the call's bytes, one
/// sensor after the other, without gaps.
#[derive(uniffi::Record)]
pub struct RawEvents {
    /// Number of events.
    pub count: i32,
    /// Number of axes.
    pub axes: i32,
    /// What every value is multiplied by.
    pub factor: f64,
}

#[uniffi::export]
impl RawEncoder {
    /// How many windows these events make.
    ///
    /// # Errors
    /// Those of `SeriesSpec::count_windows`, and `InputKind` if the encoder takes no series.
    pub fn count_windows(
        &self,
        sensors: Vec<RawEvents>,
        bytes: &[u8],
        stride: i32,
    ) -> Result<i64, Failure> {
        let stride = size("stride", stride)?;
        let count = self.with_sensors(&sensors, bytes, |series, sensors| {
            series.count_windows(sensors, stride)
        })?;
        i64::try_from(count).map_err(|_| Failure::argument("these events make too many windows"))
    }

    /// Cuts events into windows, f32 `[windows, channels, steps]`, and writes them into the caller's memory: `capacity`
    /// bytes from `address` on.
    ///
    /// # Errors
    /// Those of `SeriesSpec::windows`, and `InputKind` if the encoder takes no series.
    pub fn windows(
        &self,
        sensors: Vec<RawEvents>,
        bytes: &[u8],
        stride: i32,
        address: u64,
        capacity: u64,
    ) -> Result<(), Failure> {
        let stride = size("stride", stride)?;
        let windows = self.with_sensors(&sensors, bytes, |series, sensors| {
            series.windows(sensors, stride)
        })?;
        write_numbers(&windows, address, capacity)
    }
}

impl RawEncoder {
    fn with_sensors<T>(
        &self,
        raw: &[RawEvents],
        mut bytes: &[u8],
        then: impl FnOnce(&SeriesSpec, &[SensorEvents<'_>]) -> tiprdc::Result<T>,
    ) -> Result<T, Failure> {
        let mut owned = Vec::with_capacity(raw.len());
        for events in raw {
            let (count, axes) = (size("count", events.count)?, size("axes", events.axes)?);
            let seconds = take(&mut bytes, count, size_of::<f64>())?;
            let values = take(&mut bytes, count.saturating_mul(axes), size_of::<f32>())?;
            owned.push((times(seconds)?, numbers(values)?, axes, events.factor));
        }
        let mut sensors = Vec::with_capacity(owned.len());
        for (number, (seconds, values, axes, factor)) in owned.iter().enumerate() {
            let events = SensorEvents::new(seconds, values, *axes)
                .map_err(|error| Failure::new(error.kind(), format!("sensor {number}: {error}")));
            sensors.push(events?.scaled(*factor));
        }
        Ok(then(self.series()?, &sensors)?)
    }
}

/// The next values of some bytes.
fn take<'a>(bytes: &mut &'a [u8], values: usize, each: usize) -> Result<&'a [u8], Failure> {
    let (own, rest) = bytes
        .split_at_checked(values.saturating_mul(each))
        .ok_or_else(|| Failure::argument("sensors have fewer bytes than their events"))?;
    *bytes = rest;
    Ok(own)
}
