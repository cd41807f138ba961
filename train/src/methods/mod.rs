//! How an encoder is trained: one file per method.

mod plain;
mod tiprdc;

pub use self::tiprdc::{Negatives, TiprdcConfig};
pub use plain::PlainConfig;

use crate::error::{Result, TrainError};
use crate::nn::{Network, Tensor};
use crate::run::TrainingConfig;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, TensorData, activation::log_softmax};
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// A method and its settings: the `[method]` table of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum MethodConfig {
    /// TIPRDC: adversary and mutual-information critic.
    Tiprdc(TiprdcConfig),
    /// Trained for known tasks only; hides nothing.
    Plain(PlainConfig),
    /// Fresh weights; a baseline.
    Untrained {},
    /// The preprocessed input itself; a baseline.
    Raw {},
}

impl MethodConfig {
    /// The name as it stands in run files and manifests.
    pub fn name(&self) -> &'static str {
        match self {
            MethodConfig::Tiprdc(_) => "tiprdc",
            MethodConfig::Plain(_) => "plain",
            MethodConfig::Untrained {} => "untrained",
            MethodConfig::Raw {} => "raw",
        }
    }

    /// Attributes that training hides.
    pub fn private(&self) -> &[String] {
        match self {
            MethodConfig::Tiprdc(config) => &config.private,
            _ => &[],
        }
    }

    /// Tasks that training knows.
    pub fn tasks(&self) -> &[String] {
        match self {
            MethodConfig::Plain(config) => &config.tasks,
            _ => &[],
        }
    }

    /// The weight of the privacy term, where there is one.
    pub fn lambda(&self) -> Option<f64> {
        match self {
            MethodConfig::Tiprdc(config) => Some(config.lambda),
            _ => None,
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self {
            MethodConfig::Tiprdc(config) => config.check(),
            MethodConfig::Plain(config) if config.tasks.is_empty() => Err(TrainError::config(
                "method.tasks must name at least one attribute",
            )),
            _ => Ok(()),
        }
    }

    /// The stages that training goes through.
    pub(crate) fn stages(&self, training: &TrainingConfig) -> Vec<Stage> {
        match self {
            MethodConfig::Tiprdc(_) => vec![
                Stage {
                    name: "pretrain",
                    epochs: training.pretrain_epochs,
                },
                Stage {
                    name: "train",
                    epochs: training.epochs,
                },
            ],
            MethodConfig::Plain(_) => vec![Stage {
                name: "train",
                epochs: training.epochs,
            }],
            MethodConfig::Untrained {} | MethodConfig::Raw {} => Vec::new(),
        }
    }

    /// A learner with fresh weights. `labels` are the attributes of [`private`](Self::private) or
    /// [`tasks`](Self::tasks), in that order.
    pub(crate) fn learner(
        &self,
        encoder: Network,
        classes: &[usize],
        training: &TrainingConfig,
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Result<Box<dyn Learner>> {
        Ok(match self {
            MethodConfig::Tiprdc(config) => Box::new(self::tiprdc::Tiprdc::new(
                config, encoder, classes, training, rng, device,
            )?),
            MethodConfig::Plain(_) => {
                Box::new(plain::Plain::new(encoder, classes, training, rng, device)?)
            }
            MethodConfig::Untrained {} | MethodConfig::Raw {} => Box::new(Fixed(encoder)),
        })
    }
}

/// A part of training with its own steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) epochs: usize,
}

/// What a learner sees of one batch.
pub(crate) struct Batch {
    /// `[batch, height, width, channels]`.
    pub(crate) x: Tensor<4>,
    /// Labels of each attribute that the method knows.
    pub(crate) labels: Vec<Vec<u32>>,
    /// Belongs to this batch alone: a run that is resumed here draws the same numbers.
    pub(crate) rng: ChaCha8Rng,
}

/// Named numbers of one step, for progress and for noticing divergence.
pub(crate) type Metrics = Vec<(&'static str, f32)>;

/// A method at work: its networks, its optimisers, and one step of its training.
pub(crate) trait Learner: Send {
    fn step(&mut self, stage: &'static str, batch: Batch) -> Metrics;
    /// Everything that the next step depends on, as named blobs.
    fn save(&self) -> Result<Vec<(&'static str, Vec<u8>)>>;
    /// Takes blobs that [`save`](Learner::save) gave.
    fn load(&mut self, parts: Parts) -> Result<()>;
    fn encoder(&self) -> &Network;
}

/// The blobs of a checkpoint, by name.
pub(crate) struct Parts(pub(crate) std::collections::HashMap<String, Vec<u8>>);

impl Parts {
    fn take(&mut self, name: &str) -> Result<burn::tensor::Bytes> {
        let bytes = self
            .0
            .remove(name)
            .ok_or_else(|| TrainError::Checkpoint(format!("it has no part `{name}`")))?;
        Ok(burn::tensor::Bytes::from_bytes_vec(bytes))
    }
}

/// Methods without training.
struct Fixed(Network);

impl Learner for Fixed {
    fn step(&mut self, _: &'static str, _: Batch) -> Metrics {
        Metrics::new()
    }

    fn save(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(Vec::new())
    }

    fn load(&mut self, _: Parts) -> Result<()> {
        Ok(())
    }

    fn encoder(&self) -> &Network {
        &self.0
    }
}

/// A module with the optimiser that trains it.
pub(crate) struct Trainable<M> {
    pub(crate) module: M,
    optimizer: ModuleOptimizer,
    learning_rate: f64,
}

impl<M: burn::module::Module> Trainable<M> {
    fn new(module: M, training: &TrainingConfig) -> Self {
        let mut adam = AdamConfig::new().with_epsilon(1e-8);
        if training.weight_decay > 0.0 {
            adam = adam.with_weight_decay(Some(WeightDecayConfig::new(training.weight_decay)));
        }
        Trainable {
            module,
            optimizer: adam.init(),
            learning_rate: training.learning_rate,
        }
    }

    /// One optimiser step on what `gradients` hold for this module.
    fn update(&mut self, gradients: &mut burn::tensor::Gradients) {
        let own = GradientsParams::from_module(gradients, &self.module);
        self.module = self
            .optimizer
            .step(self.learning_rate, self.module.clone(), own);
    }

    fn save(
        &self,
        module: &'static str,
        optimizer: &'static str,
    ) -> Result<[(&'static str, Vec<u8>); 2]> {
        let weights = self
            .module
            .clone()
            .into_record()
            .into_bytes()
            .map_err(unsaved)?;
        let moments = self.optimizer.into_bytes().map_err(unsaved)?;
        Ok([(module, weights.to_vec()), (optimizer, moments.to_vec())])
    }

    fn load(&mut self, parts: &mut Parts, module: &str, optimizer: &str) -> Result<()> {
        let record =
            burn::store::ModuleRecord::from_bytes(parts.take(module)?).map_err(unloaded)?;
        self.module = self
            .module
            .clone()
            .try_load_record(record)
            .map_err(unloaded)?;
        self.optimizer = self
            .optimizer
            .clone()
            .from_bytes(parts.take(optimizer)?)
            .map_err(unloaded)?;
        Ok(())
    }
}

fn unsaved(error: burn::store::RecordError) -> TrainError {
    TrainError::Checkpoint(format!("its networks cannot be stored: {error}"))
}

fn unloaded(error: burn::store::RecordError) -> TrainError {
    TrainError::Checkpoint(format!("its networks do not fit this run: {error}"))
}

/// Several attributes predicted by one network: consecutive slices of its output.
pub(crate) struct Targets {
    one_hot: Tensor<2>,
    classes: Vec<usize>,
    labels: Vec<Vec<u32>>,
}

impl Targets {
    fn new(labels: Vec<Vec<u32>>, classes: &[usize], device: &Device) -> Self {
        let width = classes.iter().sum::<usize>();
        let rows = labels.first().map_or(0, Vec::len);
        let mut data = vec![0.0f32; rows * width];
        let mut offset = 0;
        for (labels, &classes) in labels.iter().zip(classes) {
            for (row, &label) in labels.iter().enumerate() {
                data[row * width + offset + label as usize] = 1.0;
            }
            offset += classes;
        }
        let one_hot = Tensor::from_data(TensorData::new(data, [rows, width]), device);
        Targets {
            one_hot,
            classes: classes.to_vec(),
            labels,
        }
    }

    /// All attributes one-hot, side by side: `[batch, sum of classes]`.
    pub(crate) fn one_hot(&self) -> Tensor<2> {
        self.one_hot.clone()
    }

    /// Mean cross entropy in nats, summed over attributes.
    fn cross_entropy(&self, logits: &Tensor<2>) -> Tensor<1> {
        let rows = logits.dims()[0];
        let mut offset = 0;
        let parts = self.classes.iter().map(|&classes| {
            let columns = offset..offset + classes;
            offset += classes;
            let logs = log_softmax(logits.clone().slice([0..rows, columns.clone()]), 1);
            (logs * self.one_hot.clone().slice([0..rows, columns]))
                .sum()
                .div_scalar(-(rows as f32))
        });
        parts
            .reduce(|sum, part| sum + part)
            .expect("a method that trains has at least one attribute")
    }

    /// Share of right answers over rows and attributes: not balanced, for progress only.
    fn accuracy(&self, logits: &Tensor<2>) -> f32 {
        let [rows, width] = logits.dims();
        let scores = logits
            .clone()
            .detach()
            .into_data()
            .try_to_vec::<f32>()
            .expect("logits are f32");
        let mut right = 0;
        let mut offset = 0;
        for (labels, &classes) in self.labels.iter().zip(&self.classes) {
            for (row, &label) in labels.iter().enumerate() {
                let scores = &scores[row * width + offset..row * width + offset + classes];
                let best = (0..classes).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
                right += usize::from(best == Some(label as usize));
            }
            offset += classes;
        }
        right as f32 / (rows * self.classes.len()) as f32
    }
}

/// A number out of a tensor.
fn scalar(tensor: &Tensor<1>) -> f32 {
    tensor.clone().detach().into_scalar()
}

/// A permutation as a tensor of indices.
fn indices(permutation: Vec<usize>, device: &Device) -> Tensor<1, Int> {
    let rows = permutation.len();
    let data: Vec<i64> = permutation.into_iter().map(|index| index as i64).collect();
    Tensor::from_data(TensorData::new(data, [rows]), device)
}
