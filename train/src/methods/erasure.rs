//! Linear erasure, LEACE: Belrose et al., "LEACE: Perfect linear concept erasure in closed form", NeurIPS 2023 (arXiv
//! 2306.03819, theorem 4.3). After any other method, the least change of its features after which no linear model of
//! the private attributes has a lower convex loss on the training records than one that ignores the features:
//!
//! `r(z) = z - W^+ P W (z - E z)`, `W = Sigma_zz^(-1/2)`, `P` the projection onto the columns of `W Sigma_zs`
//!
//! All private attributes are erased together. On the device it costs nothing where the last layer is linear, as that of
//! `pca_noise` is: it is multiplied into it. After a ReLU, with which every convolution ends, it costs two thin
//! products: the rank is at most the number of classes, less one for each attribute.
//!
//! # What this does not protect from
//! Any model that is not linear: a small neural network often finds all that was there before. And the means coincide
//! on the training records; on others nearly so, where there are many more records than features.

use super::{
    Batch, Learned, Learner, Method, MethodConfig, Metrics, Part, Parts, Setup, Stage, Whole, check,
};
use crate::error::{Result, TrainError};
use crate::linear::{Erasure, Rows, matrix, tensor, vector};
use crate::nn::{Correction, Network};
use crate::run::TrainingConfig;
use burn::module::{Module, Param};
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Settings of `erasure`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureConfig {
    /// The attributes to erase, among them all that `after` hides.
    pub private: Vec<String>,
    /// The method whose features are changed: `[method.after]`.
    #[serde(default = "untrained")]
    pub after: Box<MethodConfig>,
}

fn untrained() -> Box<MethodConfig> {
    Box::new(MethodConfig::Untrained {})
}

impl Method for ErasureConfig {
    fn name(&self) -> &'static str {
        "erasure"
    }

    fn private(&self) -> &[String] {
        &self.private
    }

    fn tasks(&self) -> &[String] {
        self.after.tasks()
    }

    fn lambda(&self) -> Option<f64> {
        self.after.lambda()
    }

    fn needs_noise(&self) -> bool {
        self.after.needs_noise()
    }

    fn check(&self) -> Result<()> {
        check::private(&self.private)?;
        check::apart(&self.private, self.after.tasks())?;
        if let MethodConfig::Erasure(_) = *self.after {
            return Err(TrainError::config(
                "method.after.kind must be another method than `erasure`; one erases all attributes together",
            ));
        }
        if self.after.substitutes() {
            return Err(TrainError::config(
                "method.after.kind must be a method whose features are numbers; what stands for a substitute cannot be erased from",
            ));
        }
        let hidden = self.after.private();
        match hidden.iter().find(|name| !self.private.contains(name)) {
            Some(name) => Err(TrainError::config(format!(
                "method.private must also name `{name}`, which method.after hides"
            ))),
            None => self.after.check(),
        }
    }

    fn stages(&self, training: &TrainingConfig) -> Vec<Stage> {
        self.after.stages(training)
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        let erased = self.private.len();
        let place = |name| self.private.iter().position(|own| own == name);
        let hidden = self.after.private().iter().filter_map(place);
        let known: Vec<usize> = hidden.chain(erased..setup.classes.len()).collect();
        let classes: Vec<usize> = known.iter().map(|&index| setup.classes[index]).collect();
        let labels: Vec<&[u32]> = known.iter().map(|&index| setup.labels[index]).collect();
        let after = self.after.learner(&mut Setup {
            classes: &classes,
            input: setup.input,
            set: setup.set,
            labels: &labels,
            encoder: setup.encoder,
            training: setup.training,
            rng: setup.rng,
            device: setup.device,
        })?;
        Ok(Box::new(Eraser {
            after,
            known,
            classes: setup.classes[..erased].to_vec(),
        }))
    }
}

/// Another learner, and what is done when it has finished.
struct Eraser {
    after: Box<dyn Learner>,
    /// Which of this method's attributes the other one knows, in its order.
    known: Vec<usize>,
    /// Of the attributes to erase.
    classes: Vec<usize>,
}

impl Learner for Eraser {
    fn begin_epoch(&mut self, stage: &'static str, epoch: usize, rng: ChaCha8Rng) -> Result<()> {
        self.after.begin_epoch(stage, epoch, rng)
    }

    fn step(&mut self, stage: &'static str, batch: Batch<'_>) -> Metrics {
        let known = self.known.iter();
        let labels = known.map(|&index| batch.labels[index].clone()).collect();
        self.after.step(stage, Batch { labels, ..batch })
    }

    fn save(&self) -> Result<Vec<Part>> {
        self.after.save()
    }

    fn load(&mut self, parts: &mut Parts) -> Result<()> {
        self.after.load(parts)
    }

    fn finish(self: Box<Self>, whole: Whole<'_>) -> Result<Learned> {
        let known = self.known.iter().map(|&index| whole.labels[index]);
        let Learned { network, .. } = self.after.finish(Whole {
            labels: known.collect(),
            set: whole.set,
            rng: whole.rng,
        })?;
        let rows = Rows::new(whole.set.features(&network), network.output.elements());
        let labels = whole.labels.iter().copied().zip(self.classes);
        let erasure = Erasure::of(&rows, &labels.collect::<Vec<_>>());
        Ok(changed(network.valid(), &erasure).into())
    }
}

/// The network with the change in its last layer, or after it.
fn changed(mut network: Network, erasure: &Erasure) -> Network {
    let (down, up) = (erasure.down.transpose(), erasure.up.transpose());
    let Some(last) = network.linear_end() else {
        let offset = vector(&erasure.offset);
        network.correction = Some(Correction::new(tensor(&down), offset, tensor(&up)));
        return network;
    };
    // z = x w + b, so z - (z down - offset) up = x (w - w down up) + (b - (b down - offset) up).
    let weight = matrix(last.weight.val());
    let out = weight.ncols();
    let bias = match &last.bias {
        Some(bias) => matrix(bias.val().reshape([1, out])),
        None => nalgebra::DMatrix::zeros(1, out),
    };
    let inner = &bias * &down - erasure.offset.transpose();
    let bias = (&bias - inner * &up).transpose().column(0).into_owned();
    last.weight = Param::from_tensor(tensor(&(&weight - &weight * &down * &up)));
    last.bias = Some(Param::from_tensor(vector(&bias)));
    network
}
