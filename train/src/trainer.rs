//! The loop: stages, epochs, batches, checkpoints. Reports events, prints nothing.

use crate::checkpoint::{self, Origin, Progress};
use crate::data::{Dataset, Split};
use crate::error::{Result, TrainError};
use crate::export;
use crate::methods::{Batch, Learner, MethodConfig, Metrics, Setup, Stage, Whole};
use crate::notes;
use crate::prepare::{TrainingSet, fit_input};
use crate::run::Run;
use burn::tensor::Device;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tiprdc::SubstituteTable;

/// What a run reports while it goes on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TrainEvent {
    /// A batch is done.
    Batch {
        /// Stage of the method: `pretrain`, `train`.
        stage: &'static str,
        /// Epoch within the stage, from 1.
        epoch: usize,
        /// Epochs of the stage.
        epochs: usize,
        /// Batch within the epoch, from 1.
        batch: usize,
        /// Batches of an epoch.
        batches: usize,
        /// Losses (nats), accuracies (0 to 1) and the critic's bound (nats, at most 0; higher is more information).
        metrics: Vec<(&'static str, f32)>,
    },
    /// An epoch is done.
    Epoch {
        /// Stage of the method.
        stage: &'static str,
        /// Epoch within the stage, from 1.
        epoch: usize,
        /// Epochs of the stage.
        epochs: usize,
        /// Means over the epoch's batches.
        metrics: Vec<(String, f64)>,
        /// Time of this epoch (of its part after a resume).
        elapsed: Duration,
        /// What is left of the run, at this stage's pace.
        remaining: Duration,
    },
    /// A checkpoint was written.
    Checkpoint {
        /// Where.
        path: PathBuf,
    },
    /// Something about the data or the run that its owner should know.
    Note {
        /// One sentence, without values of records.
        text: String,
    },
    /// The run goes on from a checkpoint.
    Resumed {
        /// Stage of the method.
        stage: &'static str,
        /// Finished epochs of the stage.
        epoch: usize,
        /// Finished batches of the epoch.
        batch: usize,
    },
}

/// How a run is carried out, apart from what it computes.
#[derive(Debug, Default)]
pub struct TrainOptions<'a> {
    /// The checkpoint file, written after every epoch and when stopped; none if not set.
    pub checkpoint: Option<PathBuf>,
    /// Go on from the checkpoint, if there is one.
    pub resume: bool,
    /// Set from elsewhere (Ctrl-C) to stop after the current batch.
    pub stop: Option<&'a AtomicBool>,
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// The encoder is ready.
    Finished(Trained),
    /// It was stopped. With a checkpoint, nothing is lost.
    Stopped {
        /// The checkpoint to resume from.
        checkpoint: Option<PathBuf>,
    },
}

/// What a run gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The encoder: an ONNX file with its manifest.
    pub encoder: Vec<u8>,
    /// The substitutes that features are resolved with, for methods that substitute. It stays with the collector.
    pub table: Option<SubstituteTable>,
}

/// Trains an encoder.
///
/// The same run, data and machine give the same encoder, whether or not it was stopped and resumed on the way.
///
/// # Errors
/// Everything about the run and the data is checked before the first batch; see [`TrainError`].
pub fn train(
    run: &Run,
    dataset: &Dataset,
    options: &TrainOptions<'_>,
    observer: Observer<'_>,
) -> Result<Outcome> {
    let trainer = Trainer::new(run, dataset, options)?;
    on_threads(trainer.set.shape.elements() * run.training.batch, || {
        trainer.run(observer)
    })
}

/// Takes events as they come.
type Observer<'a> = &'a mut (dyn FnMut(TrainEvent) + Send);

/// Numbers in a batch of records below which a step runs on one thread: for MotionSense windows (98,304 numbers) an epoch
/// took 5.1 s on one thread and 6.8 s on two. Where dividing begins to pay was not measured; this lies between the
/// windows and photos of 64 x 64.
const DIVIDE_ABOVE: usize = 1 << 19;

/// Runs `body` on one thread, or on all, whichever is quicker for batches of so many numbers.
fn on_threads<T: Send>(numbers: usize, body: impl FnOnce() -> T + Send) -> T {
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(numbers < DIVIDE_ABOVE))
        .build();
    match one {
        Ok(pool) => pool.install(body),
        // No thread to be had is no reason not to train.
        Err(_) => body(),
    }
}

struct Trainer<'a> {
    run: &'a Run,
    dataset: &'a Dataset,
    options: &'a TrainOptions<'a>,
    spec: tiprdc::InputSpec,
    set: TrainingSet,
    labels: Vec<&'a [u32]>,
    learner: Box<dyn Learner>,
    stages: Vec<Stage>,
    device: Device,
}

impl<'a> Trainer<'a> {
    fn new(run: &'a Run, dataset: &'a Dataset, options: &'a TrainOptions<'a>) -> Result<Self> {
        let device = Device::default().autodiff();
        notes::check_memory(run, dataset)?;
        let groups = dataset.train.groups.as_deref();
        let spec = fit_input(&dataset.train.records, groups, &run.encoder)?;
        export::check_names(run, dataset, &spec)?;
        let (labels, classes) = known_labels(&run.method, &dataset.train)?;
        let stages = run.method.stages(&run.training);
        if !stages.is_empty() && dataset.train.len() < run.training.batch {
            return Err(TrainError::config(format!(
                "training.batch is {}, but there are only {} training records",
                run.training.batch,
                dataset.train.len()
            )));
        }
        let set = TrainingSet::new(&dataset.train, &spec)?;
        let mut rng = ChaCha8Rng::seed_from_u64(run.seed);
        let learner = run.method.learner(&mut Setup {
            input: set.shape,
            set: &set,
            labels: &labels,
            encoder: &run.encoder,
            classes: &classes,
            training: &run.training,
            rng: &mut rng,
            device: &device,
        })?;
        Ok(Trainer {
            run,
            dataset,
            options,
            spec,
            set,
            labels,
            learner,
            stages,
            device,
        })
    }

    fn run(mut self, observer: Observer<'_>) -> Result<Outcome> {
        for text in notes::notes(self.run, self.dataset, &self.spec, !self.stages.is_empty()) {
            observer(TrainEvent::Note { text });
        }
        let mut progress = self.start(observer)?;
        while progress.stage < self.stages.len() {
            let stage = self.stages[progress.stage];
            while progress.epoch < stage.epochs {
                if !self.epoch(stage, &mut progress, observer)? {
                    let checkpoint = self.save(&progress, observer)?;
                    return Ok(Outcome::Stopped { checkpoint });
                }
                self.save(&progress, observer)?;
            }
            progress.stage += 1;
            progress.epoch = 0;
        }
        self.finish(&progress)
    }

    /// What is computed from all records at once, and the file.
    fn finish(self, progress: &Progress) -> Result<Outcome> {
        let whole = Whole {
            rng: self.rng(progress, 0),
            set: &self.set,
            labels: self.labels,
        };
        let learned = self.learner.finish(whole)?;
        export::trained(self.run, self.dataset, self.spec, &learned, &self.set)
            .map(Outcome::Finished)
    }

    /// From the beginning, or from the checkpoint.
    fn start(&mut self, observer: Observer<'_>) -> Result<Progress> {
        let Some(path) = &self.options.checkpoint else {
            return Ok(Progress::new(Origin::default()));
        };
        let origin = Origin {
            run: self.run.to_toml(),
            data: self.dataset.digest(),
            version: env!("CARGO_PKG_VERSION").into(),
        };
        if !self.options.resume || !path.exists() {
            return Ok(Progress::new(origin));
        }
        let batches = self.set.rows / self.run.training.batch;
        let (progress, mut parts) = checkpoint::load(path, &origin, &self.stages, batches)?;
        self.learner.load(&mut parts)?;
        let stage = self.stages.get(progress.stage);
        observer(TrainEvent::Resumed {
            stage: stage.map_or("done", |stage| stage.name),
            epoch: progress.epoch,
            batch: progress.batch,
        });
        Ok(progress)
    }

    /// Goes through an epoch, or what is left of it; false if it was stopped.
    fn epoch(
        &mut self,
        stage: Stage,
        progress: &mut Progress,
        observer: Observer<'_>,
    ) -> Result<bool> {
        let order = self.order(progress);
        let size = self.run.training.batch;
        let batches = order.len() / size;
        let started = Instant::now();
        let first = progress.batch;
        if first == 0 {
            let rng = self.rng(progress, u64::MAX);
            self.learner.begin_epoch(stage.name, progress.epoch, rng)?;
        }
        while progress.batch < batches {
            if self
                .options
                .stop
                .is_some_and(|stop| stop.load(Ordering::Relaxed))
            {
                return Ok(false);
            }
            let rows = &order[progress.batch * size..(progress.batch + 1) * size];
            let done = (progress.epoch * batches + progress.batch) as f64;
            let batch = Batch {
                x: self.set.tensor(rows, &self.device),
                labels: chosen(&self.labels, rows),
                rows,
                set: &self.set,
                progress: done / (stage.epochs * batches) as f64,
                rng: self.rng(progress, progress.batch as u64 + 1),
            };
            let metrics = self.learner.step(stage.name, batch);
            check_finite(stage.name, progress, &metrics)?;
            add(&mut progress.sums, &metrics);
            progress.batch += 1;
            let (epoch, batch) = (progress.epoch + 1, progress.batch);
            observer(TrainEvent::Batch {
                stage: stage.name,
                epoch,
                epochs: stage.epochs,
                batch,
                batches,
                metrics,
            });
        }
        let elapsed = started.elapsed();
        progress.epoch += 1;
        progress.batch = 0;
        let metrics = progress
            .sums
            .drain(..)
            .map(|(name, sum)| (name, sum / batches as f64))
            .collect();
        let left = (stage.epochs - progress.epoch)
            + self.stages[progress.stage + 1..]
                .iter()
                .map(|stage| stage.epochs)
                .sum::<usize>();
        let remaining =
            elapsed.mul_f64(batches as f64 / (batches - first).max(1) as f64) * left as u32;
        let epoch = progress.epoch;
        observer(TrainEvent::Epoch {
            stage: stage.name,
            epoch,
            epochs: stage.epochs,
            metrics,
            elapsed,
            remaining,
        });
        Ok(true)
    }

    /// The order of records in an epoch.
    fn order(&self, progress: &Progress) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.set.rows).collect();
        order.shuffle(&mut self.rng(progress, 0));
        order
    }

    /// A generator of its own for each place in a run, so that resuming needs no generator state.
    fn rng(&self, progress: &Progress, place: u64) -> ChaCha8Rng {
        let mut seed = [0; 32];
        let words = [
            self.run.seed,
            progress.stage as u64 + 1,
            progress.epoch as u64,
            place,
        ];
        for (bytes, word) in seed.chunks_exact_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        ChaCha8Rng::from_seed(seed)
    }

    fn save(&self, progress: &Progress, observer: Observer<'_>) -> Result<Option<PathBuf>> {
        let Some(path) = &self.options.checkpoint else {
            return Ok(None);
        };
        checkpoint::save(path, progress, &self.learner.save()?)?;
        observer(TrainEvent::Checkpoint { path: path.clone() });
        Ok(Some(path.clone()))
    }
}

/// The labels of these rows, for each attribute.
fn chosen(labels: &[&[u32]], rows: &[usize]) -> Vec<Vec<u32>> {
    labels
        .iter()
        .map(|labels| rows.iter().map(|&row| labels[row]).collect())
        .collect()
}

/// Labels and numbers of classes of the attributes that the method knows.
fn known_labels<'a>(
    method: &MethodConfig,
    split: &'a Split,
) -> Result<(Vec<&'a [u32]>, Vec<usize>)> {
    let names = method.private().iter().chain(method.tasks());
    let found = names.map(|name| {
        let attribute = split.attribute(name).ok_or_else(|| {
            let known: Vec<_> = split.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
            TrainError::config(format!("the data set has no attribute `{name}`; it has [{}]", known.join(", ")))
        })?;
        if attribute.counts().contains(&0) || attribute.classes.len() < 2 {
            return Err(TrainError::config(format!(
                "attribute `{name}` needs at least two classes with training records in each; the counts are {:?}",
                attribute.counts()
            )));
        }
        Ok((attribute.codes.as_slice(), attribute.classes.len()))
    });
    found
        .collect::<Result<Vec<_>>>()
        .map(|found| found.into_iter().unzip())
}

fn check_finite(stage: &'static str, progress: &Progress, metrics: &Metrics) -> Result<()> {
    match metrics.iter().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some(&(name, _)) => Err(TrainError::Diverged {
            stage,
            epoch: progress.epoch + 1,
            batch: progress.batch + 1,
            loss: name,
        }),
    }
}

fn add(sums: &mut Vec<(String, f64)>, metrics: &Metrics) {
    for &(name, value) in metrics {
        match sums.iter_mut().find(|(other, _)| other == name) {
            Some((_, sum)) => *sum += f64::from(value),
            None => sums.push((name.to_string(), f64::from(value))),
        }
    }
}
