//! Substitution by a neighbour, with no task known: a record is replaced by one that is near in what is left when the
//! private attributes are taken out.
//!
//! The mechanism is that of PASS ("PASS: Private Attributes Protection with Stochastic Data Substitution", ICML 2025,
//! arXiv 2506.07308); the loss is ours. PASS keeps what a known task needs. Where none is known, a distance takes its place:
//!
//! 1. `embed`: a network `phi` is trained without labels, by a contrastive loss whose negatives share the private
//!    attributes (see [`contrast`](super::contrast)), so that it keeps what they do not explain; with `within = "group"` they
//!    are also of the same person, so that it keeps what changes in a person.
//! 2. `train`: `P(j | x) = softmax_j(cos(f(x), g_j) / tau + b_j)` starts at the soft nearest neighbour (`f = phi`,
//!    `g_j = phi(x_j)`, `b = 0`) and minimises
//!    `E_x E_{j ~ P(.|x)} [ 1 - cos(phi(x), phi(x_j)) + beta * sum_s ln(P(j | s = s(x)) / P(j)) ]`,
//!    plus the cross entropy of tasks, if any are known after all.
//!
//! The second term is `I(J; s)` for each private attribute `s`, with the chances in the logarithm held fixed, as they were
//! estimated from earlier batches (see [`disclosure`](super::disclosure)): as if an attacker who counted the draws of the
//! training records were asked for each. No adversary is trained, and none can be too weak.
//!
//! # What this does not protect from
//! Anything but the attributes named, each by itself: what two private attributes are together may stay readable where
//! neither is. `I(J; s)` is driven down on training records, and more may remain on others: an audit finds it.
//! One draw is bounded by the release's epsilon, which is large at small temperatures; draws of the same record add up.

use super::chooser::{Chooser, cosine, default_numbers, embedding};
use super::disclosure::Disclosure;
use super::known::Known;
use super::substitutes::{Substitutes, check_count, check_temperature};
use super::{
    Batch, Learned, Learner, Method, Metrics, Part, Parts, Setup, Stage, Targets, Trainable, Whole,
    check, contrast, scalar,
};
use crate::error::{Result, TrainError};
use crate::nn::{Network, Tensor};
use crate::prepare::TrainingSet;
use crate::run::TrainingConfig;
use burn::tensor::{Device, TensorData};
use serde::{Deserialize, Serialize};

/// Settings of `neighbour_substitution`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighbourSubstitutionConfig {
    /// The attributes to hide.
    pub private: Vec<String>,
    /// Tasks to keep, if any are known; none need be.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// Which records the embedding learns to tell apart.
    #[serde(default)]
    pub within: Within,
    /// How many training records are substitutes.
    #[serde(default = "default_count")]
    pub count: usize,
    /// What cosines are divided by: smaller is nearer to the nearest neighbour, and a larger epsilon.
    #[serde(default = "default_temperature")]
    pub temperature: f64,
    /// Weight of what a draw discloses, in nats, against the distance, 0 to 2: larger hides more.
    #[serde(default = "default_beta")]
    pub beta: f64,
    /// Weight of the tasks' cross entropy.
    #[serde(default = "default_task_weight")]
    pub task_weight: f64,
    /// Numbers of the embedding in which records are compared.
    #[serde(default = "default_numbers")]
    pub embedding: usize,
}

/// Which records the embedding learns to tell apart; what all of them share is of no use to it, and is lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Within {
    /// Those with the same private attributes.
    #[default]
    Private,
    /// Those of the same person (or other group) with the same private attributes: hides who somebody is as well, and
    /// with it whatever does not change in a person.
    Group,
}

fn default_count() -> usize {
    512
}

fn default_temperature() -> f64 {
    0.05
}

fn default_beta() -> f64 {
    3.0
}

fn default_task_weight() -> f64 {
    1.0
}

impl Method for NeighbourSubstitutionConfig {
    fn name(&self) -> &'static str {
        "neighbour_substitution"
    }

    fn private(&self) -> &[String] {
        &self.private
    }

    fn tasks(&self) -> &[String] {
        &self.tasks
    }

    fn substitutes(&self) -> bool {
        true
    }

    fn check(&self) -> Result<()> {
        check::private(&self.private)?;
        check::apart(&self.private, &self.tasks)?;
        check_count(self.count)?;
        check_temperature(self.temperature)?;
        check::not_negative("method.beta", self.beta)?;
        check::not_negative("method.task_weight", self.task_weight)?;
        check::numbers("method.embedding", self.embedding)
    }

    fn stages(&self, training: &TrainingConfig) -> Vec<Stage> {
        let embed = Stage {
            name: "embed",
            epochs: training.pretrain_epochs,
        };
        vec![embed, Stage::train(training)]
    }

    fn learner(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Learner>> {
        if self.within == Within::Group && setup.set.groups.is_none() {
            return Err(TrainError::config(
                "method.within is `group`, but the data set does not say which records come from the same person",
            ));
        }
        let private = self.private.len();
        let substitutes = Substitutes::draw(self.count, setup.set, setup.rng)?;
        let known = Known::new(
            &substitutes,
            &setup.labels[private..],
            &setup.classes[private..],
            setup.device,
        );
        let disclosure = Disclosure::new(
            &setup.labels[..private],
            &setup.classes[..private],
            self.count,
            setup.device,
        );
        Ok(Box::new(Neighbours {
            embedding: Trainable::new(embedding(self.embedding, setup)?, setup.training),
            chooser: None,
            places: None,
            substitutes,
            known,
            disclosure,
            records: setup.set.rows,
            classes: setup.classes[..private].to_vec(),
            config: self.clone(),
            training: setup.training.clone(),
            device: setup.device.clone(),
        }))
    }
}

struct Neighbours {
    /// `phi`; not changed any more once there is a chooser.
    embedding: Trainable<Network>,
    chooser: Option<Chooser>,
    /// Where `phi` puts the training records; computed once, as `f` shares the running moments of `phi` from then on.
    places: Option<Places>,
    substitutes: Substitutes,
    known: Known,
    disclosure: Disclosure,
    /// How many records the training set has.
    records: usize,
    /// Of the private attributes.
    classes: Vec<usize>,
    config: NeighbourSubstitutionConfig,
    training: TrainingConfig,
    device: Device,
}

impl Neighbours {
    fn embed(&mut self, mut batch: Batch<'_>) -> Metrics {
        let rows = batch.rows.len();
        let device = batch.x.device();
        let other = batch.set.another_view(batch.rows, &mut batch.rng, &device);
        let alike = self.alike(&batch);
        // Both views go through the network together, so that they share batch statistics.
        let views = Tensor::cat(vec![batch.x, other], 0);
        let both = self.embedding.module.forward_vector(views);
        let (own, other) = (both.clone().narrow(0, 0, rows), both.narrow(0, rows, rows));
        let loss = contrast::loss(own, other, &alike);
        let metrics = vec![("contrast", scalar(&loss))];
        let rate = cosine(batch.progress);
        self.embedding.update_at(&mut loss.backward(), rate);
        metrics
    }

    /// Equal numbers for records that the embedding is to tell apart.
    fn alike(&self, batch: &Batch<'_>) -> Vec<u64> {
        let mut alike = contrast::groups(&batch.labels[..self.classes.len()], &self.classes);
        if let (Within::Group, Some(groups)) = (self.config.within, &batch.set.groups) {
            let combinations = self.classes.iter().product::<usize>() as u64;
            for (alike, &row) in alike.iter_mut().zip(batch.rows) {
                *alike += u64::from(groups[row]) * combinations;
            }
        }
        alike
    }

    /// The embedding is done: where it puts the records, and the chooser as the soft nearest neighbour.
    fn begin(&mut self, set: &TrainingSet, device: &Device) {
        let embedding = &self.embedding.module;
        let places = self
            .places
            .get_or_insert_with(|| Places::of(set, embedding));
        if self.chooser.is_none() {
            let vectors = places.rows(&self.substitutes.rows, device);
            self.chooser = Some(self.fresh_chooser(vectors));
        }
    }

    fn fresh_chooser(&self, vectors: Tensor<2>) -> Chooser {
        let network = self.embedding.module.clone();
        Chooser::new(
            network,
            vectors,
            true,
            self.config.temperature,
            &self.training,
        )
    }

    fn choose(&mut self, batch: Batch<'_>) -> Metrics {
        let device = self.device.clone();
        self.begin(batch.set, &device);
        let chooser = self.chooser.as_mut().expect("choosing has begun");
        let places = self.places.as_ref().expect("choosing has begun");
        let mut labels = batch.labels;
        let tasks = labels.split_off(self.classes.len());
        let targets = Targets::new(labels, &self.classes, &device);

        let probabilities = chooser.probabilities(batch.x);
        let mean = |costs: Tensor<2>| (probabilities.clone() * costs).sum_dim(1).mean();
        let own = places.rows(batch.rows, &device);
        let others = places.rows(&self.substitutes.rows, &device);
        let distance = mean(own.matmul(others.transpose()).neg().add_scalar(1.0));
        let disclosed = mean(targets.one_hot().matmul(self.disclosure.log_ratios()));
        let mut metrics = vec![
            ("distance", scalar(&distance)),
            ("disclosed", scalar(&disclosed)),
        ];
        let mut loss = distance + disclosed.mul_scalar(self.config.beta as f32);
        if let Some(task_loss) = self.known.loss(&probabilities, tasks) {
            metrics.push(("task loss", scalar(&task_loss)));
            loss = loss + task_loss.mul_scalar(self.config.task_weight as f32);
        }
        self.disclosure.observe(&targets, &probabilities);
        chooser.update(&loss, cosine(batch.progress));
        metrics
    }
}

/// Where an embedding puts training records: vectors of length 1.
struct Places {
    /// Row-major `[records, numbers]`.
    data: Vec<f32>,
    numbers: usize,
}

impl Places {
    fn of(set: &TrainingSet, embedding: &Network) -> Self {
        let numbers = embedding.output.elements();
        let mut data = set.features(embedding);
        for place in data.chunks_exact_mut(numbers) {
            let norm = place.iter().map(|value| value * value).sum::<f32>().sqrt();
            place.iter_mut().for_each(|value| *value /= norm.max(1e-6));
        }
        Places { data, numbers }
    }

    /// `[rows, numbers]`.
    fn rows(&self, rows: &[usize], device: &Device) -> Tensor<2> {
        let place = |&row: &usize| &self.data[row * self.numbers..(row + 1) * self.numbers];
        let data: Vec<f32> = rows.iter().flat_map(place).copied().collect();
        Tensor::from_data(TensorData::new(data, [rows.len(), self.numbers]), device)
    }
}

impl Learner for Neighbours {
    fn step(&mut self, stage: &'static str, batch: Batch<'_>) -> Metrics {
        match stage {
            "embed" => self.embed(batch),
            _ => self.choose(batch),
        }
    }

    fn save(&self) -> Result<Vec<Part>> {
        let mut parts = Vec::from(self.embedding.save("embedding")?);
        if let Some(chooser) = &self.chooser {
            parts.extend(chooser.save()?);
            parts.push(self.disclosure.save());
        }
        if let Some(places) = &self.places {
            let bytes = places.data.iter().copied().flat_map(f32::to_le_bytes);
            parts.push(("places".into(), bytes.collect()));
        }
        Ok(parts)
    }

    fn load(&mut self, parts: &mut Parts) -> Result<()> {
        self.embedding.load(parts, "embedding")?;
        if Chooser::is_in(parts) {
            let shape = [self.substitutes.rows.len(), self.config.embedding];
            let vectors = Tensor::zeros(shape, &self.device);
            let mut chooser = self.fresh_chooser(vectors);
            chooser.load(parts)?;
            self.chooser = Some(chooser);
            self.disclosure.load(parts)?;
            let numbers = self.config.embedding;
            let data = parts.numbers("places", self.records * numbers)?;
            self.places = Some(Places { data, numbers });
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, whole: Whole<'_>) -> Result<Learned> {
        let device = self.device.clone();
        self.begin(whole.set, &device);
        let chooser = self.chooser.expect("choosing has begun");
        Ok(chooser.finish(self.substitutes.rows))
    }
}
