//! Timestamped sensor events, cut into windows at the encoder's rate.

use super::SeriesSpec;
use crate::error::{Error, ErrorKind, Result};

/// Events of one sensor may lie this many samples apart; what is longer is a gap.
const MAX_GAP_SAMPLES: f64 = 3.0;
/// A sample may lie this share of a sample's time beyond the last event: times are rounded.
const SLACK: f64 = 1e-6;

/// Events of one sensor with several axes, such as a gyroscope: when each came, and what it said.
///
/// # Units
/// Times are seconds on one clock for all sensors, wherever it begins. Values are what training had: an encoder knows
/// numbers and no units. [`scaled`](SensorEvents::scaled) converts them.
///
/// # Examples
/// ```
/// use tiprdc::SensorEvents;
/// // Android: acceleration without gravity in m/s2; Core Motion has it in g, and with the other sign.
/// let events = SensorEvents::new(&[0.00, 0.02], &[9.8, 0.0, 0.0, 0.0, 9.8, 0.0], 3)?.scaled(-1.0 / 9.80665);
/// # Ok::<(), tiprdc::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct SensorEvents<'a> {
    seconds: &'a [f64],
    values: &'a [f32],
    axes: usize,
    factor: f64,
}

impl<'a> SensorEvents<'a> {
    /// Events in the order of their times.
    ///
    /// # Shape
    /// `values` is row-major `[events, axes]`: all axes of the first event come first.
    ///
    /// # Errors
    /// [`ErrorKind::InputShape`] for another number of values, for no axes, and for times that do not rise from event to
    /// event; [`ErrorKind::InputNotFinite`] for times or values that are NaN or infinite.
    pub fn new(seconds: &'a [f64], values: &'a [f32], axes: usize) -> Result<Self> {
        if axes == 0 || seconds.len().checked_mul(axes) != Some(values.len()) {
            return Err(shape(format!(
                "{} events of {axes} axes need as many values as both multiply to, found {}",
                seconds.len(),
                values.len()
            )));
        }
        let finite = seconds.iter().all(|time| time.is_finite());
        if !finite || values.iter().any(|value| !value.is_finite()) {
            return Err(Error::new(
                ErrorKind::InputNotFinite,
                "times and values of sensor events must be finite, found NaN or an infinite number",
            ));
        }
        if let Some(at) = seconds.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(shape(format!(
                "sensor events must come in the order of their times, each once; event {} is not later than the one \
                 before it",
                at + 1
            )));
        }
        Ok(SensorEvents {
            seconds,
            values,
            axes,
            factor: 1.0,
        })
    }

    /// The same events with every value multiplied by `factor`: another unit, another sign.
    ///
    /// # Errors
    /// None: a factor that is not finite is refused as [`ErrorKind::InputNotFinite`] when windows are encoded.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        SensorEvents {
            factor: self.factor * factor,
            ..self
        }
    }

    /// Number of axes.
    pub fn axes(&self) -> usize {
        self.axes
    }
}

/// Where the windows of some events lie: on one grid of times for all sensors.
struct Grid {
    begin: f64,
    /// Seconds between two samples.
    period: f64,
    steps: usize,
    stride: usize,
    count: usize,
}

impl SeriesSpec {
    /// How many windows these events make; see [`windows`](SeriesSpec::windows).
    ///
    /// # Errors
    /// Those of `windows`.
    pub fn count_windows(&self, sensors: &[SensorEvents<'_>], stride: usize) -> Result<usize> {
        Ok(self.grid(sensors, stride)?.count)
    }

    /// Events of one sensor or several, as windows that this encoder takes: resampled to its rate, and cut.
    ///
    /// The first sample is taken when the last of the sensors has begun, and the last before the first of them ends.
    /// Between two events values are interpolated linearly; nothing is extrapolated. A rest that fills no window is left
    /// out. Events that come much more often than the encoder's rate alias: ask the sensor for that rate.
    ///
    /// # Shape
    /// Row-major `[windows, channels, steps]`: the axes of the first sensor are the first channels. Windows begin
    /// `stride` samples apart.
    ///
    /// # Errors
    /// [`ErrorKind::InputShape`] if the sensors have not as many axes together as the encoder has channels, and for a gap:
    /// where the events of a sensor lie further apart than three samples of the encoder, windows would show a
    /// movement that nobody saw. Cut the recording there. [`ErrorKind::Argument`] for a stride of 0.
    ///
    /// # Examples
    /// ```
    /// # use tiprdc::{SensorEvents, SeriesSpec};
    /// let spec = SeriesSpec { channels: 1, steps: 3, rate_hz: 10.0, mean: vec![], std: vec![] };
    /// let events = SensorEvents::new(&[5.00, 5.15, 5.25], &[0.0, 3.0, 5.0], 1)?;
    /// let windows = spec.windows(&[events], 3)?;
    /// assert!(windows.iter().zip([0.0, 2.0, 4.0]).all(|(found, expected)| (found - expected).abs() < 1e-6));
    /// # Ok::<(), tiprdc::Error>(())
    /// ```
    pub fn windows(&self, sensors: &[SensorEvents<'_>], stride: usize) -> Result<Vec<f32>> {
        let grid = self.grid(sensors, stride)?;
        let length = [grid.count, self.channels, self.steps];
        let length = length
            .iter()
            .try_fold(1usize, |all, &axis| all.checked_mul(axis));
        let mut windows = Vec::new();
        let room = length.is_some_and(|length| windows.try_reserve_exact(length).is_ok());
        if !room {
            return Err(shape(format!(
                "there is no memory for {} windows; cut the recording",
                grid.count
            )));
        }
        for window in 0..grid.count {
            for sensor in sensors {
                grid.cut(window, sensor, &mut windows);
            }
        }
        Ok(windows)
    }

    fn grid(&self, sensors: &[SensorEvents<'_>], stride: usize) -> Result<Grid> {
        let axes: usize = sensors.iter().map(|sensor| sensor.axes).sum();
        if axes != self.channels {
            return Err(shape(format!(
                "this encoder takes {} channels, the sensors have {axes} axes together",
                self.channels
            )));
        }
        if stride == 0 {
            return Err(Error::new(
                ErrorKind::Argument,
                "windows begin a stride of 1 sample or more apart, found 0",
            ));
        }
        let rate = f64::from(self.rate_hz);
        let begins = sensors.iter().map(|sensor| sensor.seconds.first());
        let ends = sensors.iter().map(|sensor| sensor.seconds.last());
        let begin = begins.flatten().copied().fold(f64::NEG_INFINITY, f64::max);
        let end = ends.flatten().copied().fold(f64::INFINITY, f64::min);
        let silent = sensors.iter().any(|sensor| sensor.seconds.is_empty());
        let samples = if silent || begin > end {
            0
        } else {
            // Saturates where it does not fit; the memory is asked for before anything is written.
            (((end - begin) * rate + SLACK) as usize).saturating_add(1)
        };
        let room = samples.checked_sub(self.steps);
        let grid = Grid {
            begin,
            period: 1.0 / rate,
            steps: self.steps,
            stride,
            count: room.map_or(0, |room| room / stride + 1),
        };
        for (number, sensor) in sensors.iter().enumerate() {
            grid.check_gaps(number, sensor)?;
        }
        Ok(grid)
    }
}

impl Grid {
    /// When a step of a window is sampled.
    fn time(&self, window: usize, step: usize) -> f64 {
        self.begin + (window as f64 * self.stride as f64 + step as f64) * self.period
    }

    /// Refuses a gap between the first sample and the last.
    fn check_gaps(&self, number: usize, sensor: &SensorEvents<'_>) -> Result<()> {
        let Some(window) = self.count.checked_sub(1) else {
            return Ok(());
        };
        let last = self.time(window, self.steps - 1);
        let longest = (MAX_GAP_SAMPLES + SLACK) * self.period;
        let gap =
            |pair: &[f64]| pair[1] > self.begin && pair[0] < last && pair[1] - pair[0] > longest;
        match sensor.seconds.windows(2).position(gap) {
            None => Ok(()),
            Some(event) => Err(shape(format!(
                "sensor {number} has a gap of more than {:.0} ms after its event {event}: windows at {:.0} Hz need \
                 events that lie closer; cut the recording there, or ask the sensor for a higher rate",
                MAX_GAP_SAMPLES * self.period * 1e3,
                1.0 / self.period
            ))),
        }
    }

    /// Appends the rows of one sensor's axes to a window.
    fn cut(&self, window: usize, sensor: &SensorEvents<'_>, windows: &mut Vec<f32>) {
        let first = windows.len();
        windows.resize(first + sensor.axes * self.steps, 0.0);
        let rows = &mut windows[first..];
        // The event before the first sample, or at it.
        let begin = self.time(window, 0);
        let mut before = sensor
            .seconds
            .partition_point(|&at| at <= begin)
            .saturating_sub(1);
        for step in 0..self.steps {
            let now = self.time(window, step);
            while sensor
                .seconds
                .get(before + 1)
                .is_some_and(|&next| next <= now)
            {
                before += 1;
            }
            let after = (before + 1).min(sensor.seconds.len() - 1);
            let length = sensor.seconds[after] - sensor.seconds[before];
            // Times are rounded: a sample may lie a trifle before the first event, or beyond the last.
            let share = if length > 0.0 {
                ((now - sensor.seconds[before]) / length).clamp(0.0, 1.0)
            } else {
                0.0
            };
            for axis in 0..sensor.axes {
                let at = |event: usize| f64::from(sensor.values[event * sensor.axes + axis]);
                let value = at(before) + (at(after) - at(before)) * share;
                rows[axis * self.steps + step] = (value * sensor.factor) as f32;
            }
        }
    }
}

fn shape(message: String) -> Error {
    Error::new(ErrorKind::InputShape, message)
}
