//! From raw records to what networks eat, through the core's own preprocessing.

use crate::data::{ColumnValues, DataError, MISSING_CODE, Records, Split, Table, TableColumn};
use crate::error::{Result, TrainError};
use crate::nn::{Network, Shape, Tensor};
use crate::run::EncoderConfig;
use crate::views::Views;
use burn::module::Module;
use burn::tensor::{Device, TensorData};
use rand::rngs::ChaCha8Rng;
use std::collections::HashSet;
use tiprdc::{Field, FieldKind, ImageSpec, Input, InputSpec, RecordSpec, SeriesSpec, Value};
use tiprdc_files::Image;

/// Fewest people who share a category that stands in the encoder file.
const FEWEST: usize = 5;

/// The preprocessing that training records ask for: moments of numbers, lists of categories.
///
/// Fitted on training records only; the test records must not be known to the encoder.
///
/// # Privacy
/// A category that fewer than five people have (or records, where `groups` does not say who they are from) is left out: it
/// enters as an unknown one does. The list of categories stands in the encoder file.
///
/// # Errors
/// [`TrainError::Data`] for a column without a category of five people.
pub fn fit_input(
    records: &Records,
    groups: Option<&[u32]>,
    encoder: &EncoderConfig,
) -> Result<InputSpec> {
    match records {
        Records::Table(table) => Ok(InputSpec::Record(RecordSpec {
            fields: fit_fields(table, groups)?,
        })),
        Records::Series(series) => {
            let (mean, std) = (0..series.channels)
                .map(|channel| {
                    let start = channel * series.steps;
                    let windows = series.data.chunks_exact(series.channels * series.steps);
                    let steps = windows.flat_map(|window| &window[start..start + series.steps]);
                    let (mean, std) = moments(steps.map(|&sample| f64::from(sample)));
                    // A deviation that f32 does not hold is none to an app.
                    let std = (std as f32).max(f32::MIN_POSITIVE);
                    (mean as f32, std)
                })
                .unzip();
            let (channels, steps, rate_hz) = (series.channels, series.steps, series.rate_hz);
            Ok(InputSpec::Series(SeriesSpec {
                channels,
                steps,
                rate_hz,
                mean,
                std,
            }))
        }
        Records::Images(images) => {
            let (mean, std) = pixel_moments(images).into_iter().unzip();
            let &EncoderConfig {
                width, height, fit, ..
            } = encoder;
            Ok(InputSpec::Image(ImageSpec {
                width,
                height,
                channels: 3,
                fit,
                mean,
                std,
            }))
        }
    }
}

fn fit_fields(table: &Table, groups: Option<&[u32]>) -> Result<Vec<Field>> {
    let field = |column: &TableColumn| {
        let kind = match &column.values {
            ColumnValues::Numeric(values) => {
                let (mean, std) = moments(values.iter().copied().filter(|value| !value.is_nan()));
                FieldKind::Numeric { mean, std }
            }
            ColumnValues::Categorical { categories, codes } => {
                let people = people(codes, categories.len(), groups);
                let kept = categories.iter().zip(people);
                let kept: Vec<String> = kept
                    .filter(|(_, people)| *people >= FEWEST)
                    .map(|(category, _)| category.clone())
                    .collect();
                if kept.is_empty() {
                    return Err(TrainError::Data(DataError::Question {
                        column: column.name.clone(),
                        found: format!("no category that {FEWEST} people or more have"),
                        answer: "name it in `drop`; rarer categories would stand in the encoder file",
                    }));
                }
                FieldKind::Categorical { categories: kept }
            }
        };
        Ok(Field {
            name: column.name.clone(),
            kind,
        })
    };
    table.columns.iter().map(field).collect()
}

/// How many people have each category; without groups, each record is a person.
fn people(codes: &[u32], categories: usize, groups: Option<&[u32]>) -> Vec<usize> {
    let mut counts = vec![0; categories];
    let mut seen = HashSet::new();
    for (row, &code) in codes.iter().enumerate() {
        let person = groups.map_or(row as u64, |groups| u64::from(groups[row]));
        if code != MISSING_CODE && seen.insert((code, person)) {
            counts[code as usize] += 1;
        }
    }
    counts
}

/// How many categories of the training records enter as unknown, by column.
pub(crate) fn left_out(records: &Records, spec: &InputSpec) -> Vec<(String, usize)> {
    let (Records::Table(table), InputSpec::Record(record)) = (records, spec) else {
        return Vec::new();
    };
    let pairs = table.columns.iter().zip(&record.fields);
    let count = |(column, field): (&TableColumn, &Field)| match (&column.values, &field.kind) {
        (
            ColumnValues::Categorical { categories, .. },
            FieldKind::Categorical { categories: kept },
        ) => (column.name.clone(), categories.len() - kept.len()),
        _ => (column.name.clone(), 0),
    };
    pairs.map(count).filter(|(_, count)| *count > 0).collect()
}

/// Mean and standard deviation in f64, in one pass (Welford 1962). A column that does not change gets 1, so that it becomes
/// 0; whether it changes is judged by its own scale, as units may be small.
fn moments(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut count, mut mean, mut squares) = (0.0f64, 0.0f64, 0.0f64);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values {
        count += 1.0;
        let delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
        low = low.min(value);
        high = high.max(value);
    }
    let std = (squares / count.max(1.0)).sqrt();
    match low < high && std >= f64::MIN_POSITIVE {
        true => (mean, std),
        // The first value exactly, not what is left of it after adding up.
        false if count > 0.0 => (low, 1.0),
        false => (0.0, 1.0),
    }
}

/// Moments of each channel on a scale of 0 to 1, from counts of the 256 values that a pixel can have.
fn pixel_moments(images: &[Image]) -> Vec<(f32, f32)> {
    let mut counts = [[0u64; 256]; 3];
    for pixel in images.iter().flat_map(|image| image.rgb.chunks_exact(3)) {
        counts
            .iter_mut()
            .zip(pixel)
            .for_each(|(counts, &value)| counts[usize::from(value)] += 1);
    }
    counts.iter().map(count_moments).collect()
}

fn count_moments(counts: &[u64; 256]) -> (f32, f32) {
    let total = counts.iter().sum::<u64>().max(1) as f64;
    let weighted = |(value, &count): (usize, &u64)| (value as f64 / 255.0, count as f64 / total);
    let shares: Vec<(f64, f64)> = counts.iter().enumerate().map(weighted).collect();
    let mean: f64 = shares.iter().map(|(value, share)| value * share).sum();
    let variance: f64 = shares
        .iter()
        .map(|(value, share)| (value - mean).powi(2) * share)
        .sum();
    let std = variance.sqrt();
    // Steps of a pixel are 1/255 apart: less is a plane of one value.
    (mean as f32, if std > 1e-6 { std as f32 } else { 1.0 })
}

/// One raw record as the core's input.
pub fn input_of(records: &Records, index: usize) -> Result<Input<'_>> {
    match records {
        Records::Table(table) => {
            Ok(Input::record(table.columns.iter().map(|column| {
                (column.name.as_str(), value(&column.values, index))
            })))
        }
        Records::Series(series) => {
            let window = series
                .window(index)
                .ok_or_else(|| TrainError::config("a window past the end was asked for"))?;
            Ok(Input::series(window, series.channels, series.steps)?)
        }
        Records::Images(images) => {
            let image = &images[index];
            Ok(Input::image_rgb8(&image.rgb, image.width, image.height)?)
        }
    }
}

fn value(values: &ColumnValues, index: usize) -> Value<'_> {
    match values {
        ColumnValues::Numeric(numbers) if numbers[index].is_nan() => Value::Missing,
        ColumnValues::Numeric(numbers) => Value::Number(numbers[index]),
        ColumnValues::Categorical { codes, .. } if codes[index] == MISSING_CODE => Value::Missing,
        ColumnValues::Categorical { categories, codes } => {
            Value::Text(&categories[codes[index] as usize])
        }
    }
}

/// Preprocessed records in one block of memory, as the core would hand them to the network.
///
/// # Shape
/// Row-major `[records, spec.shape()...]`, f32.
///
/// # Errors
/// [`TrainError::Encoder`] if a record is not what `spec` asks for.
pub fn preprocess(records: &Records, spec: &InputSpec) -> Result<Vec<f32>> {
    let width = spec.shape().iter().product::<usize>();
    let mut data = vec![0.0; records.len() * width];
    let threads = rayon::current_num_threads();
    let rows = records.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts = data.chunks_mut(rows * width).enumerate();
        let workers: Vec<_> = parts
            .map(|(part, out)| {
                scope.spawn(move || preprocess_part(records, spec, part * rows, out))
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("preprocessing does not panic"))
    })?;
    Ok(data)
}

fn preprocess_part(
    records: &Records,
    spec: &InputSpec,
    first: usize,
    out: &mut [f32],
) -> Result<()> {
    let width = spec.shape().iter().product::<usize>();
    for (index, row) in out.chunks_exact_mut(width).enumerate() {
        spec.preprocess(&input_of(records, first + index)?, row)?;
    }
    Ok(())
}

/// Training records in the layout of [`nn`](crate::nn): channels last.
pub(crate) struct TrainingSet {
    /// `[records, height, width, channels]`.
    pub(crate) data: Vec<f32>,
    pub(crate) shape: Shape,
    pub(crate) rows: usize,
    /// Which person (or other group) each record comes from, where that is known.
    pub(crate) groups: Option<Vec<u32>>,
    pub(crate) views: Views,
}

impl TrainingSet {
    pub(crate) fn new(split: &Split, spec: &InputSpec) -> Result<Self> {
        let shape = Shape::of(&spec.shape())?;
        let data = channels_last(preprocess(&split.records, spec)?, shape);
        Ok(TrainingSet {
            data,
            shape,
            rows: split.len(),
            groups: split.groups.clone(),
            views: Views::new(&split.records, spec),
        })
    }

    pub(crate) fn row(&self, index: usize) -> &[f32] {
        let width = self.shape.elements();
        &self.data[index * width..(index + 1) * width]
    }
}

impl TrainingSet {
    /// These records as a batch: `[rows, height, width, channels]`.
    pub(crate) fn tensor(&self, rows: &[usize], device: &Device) -> Tensor<4> {
        let data = rows.iter().flat_map(|&row| self.row(row)).copied();
        self.batch(data.collect(), rows.len(), device)
    }

    /// One record as a device preprocesses it: channels first, as long as the network's input.
    pub(crate) fn record(&self, row: usize) -> Vec<f32> {
        let record = self.row(row);
        let channels = self.shape.channels;
        (0..channels)
            .flat_map(|channel| record[channel..].iter().step_by(channels))
            .copied()
            .collect()
    }

    /// Another view of each of these records, in the same shape.
    pub(crate) fn another_view(
        &self,
        rows: &[usize],
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Tensor<4> {
        let mut data = Vec::with_capacity(rows.len() * self.shape.elements());
        for &row in rows {
            self.views.another(self, row, rng, &mut data);
        }
        self.batch(data, rows.len(), device)
    }

    fn batch(&self, data: Vec<f32>, rows: usize, device: &Device) -> Tensor<4> {
        let Shape {
            channels,
            height,
            width,
        } = self.shape;
        Tensor::from_data(
            TensorData::new(data, [rows, height, width, channels]),
            device,
        )
    }
}

/// Numbers of records that go through a network at once when no gradients are kept.
const PASS: usize = 1 << 20;

impl TrainingSet {
    /// What a network makes of each record, as it will on a device.
    ///
    /// # Shape
    /// Row-major `[records, height * width * channels]` of the network's output.
    pub(crate) fn features(&self, network: &Network) -> Vec<f32> {
        let network = network.valid();
        let width = self.shape.elements();
        let rows = (PASS / width).max(1);
        let parts = self.data.chunks(rows * width);
        parts
            .flat_map(|part| {
                let x = self.batch(part.to_vec(), part.len() / width, &Device::default());
                let features = network.forward_vector(x).into_data().try_to_vec::<f32>();
                features.expect("features are f32")
            })
            .collect()
    }
}

fn channels_last(data: Vec<f32>, shape: Shape) -> Vec<f32> {
    let positions = shape.height * shape.width;
    if positions == 1 || shape.channels == 1 {
        return data;
    }
    let mut out = Vec::with_capacity(data.len());
    for record in data.chunks_exact(shape.elements()) {
        for position in 0..positions {
            out.extend((0..shape.channels).map(|channel| record[channel * positions + position]));
        }
    }
    out
}
