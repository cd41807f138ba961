//! Adversaries, task heads and critics, in a shape that fits what they look at.

use super::{Network, Shape, Step, Stride, Tensor};
use crate::error::Result;
use burn::module::Module;
use burn::tensor::Device;
use rand::Rng;

/// Steps from features (or raw records) to a vector of 128 numbers: dense on vectors, convolutional on the rest.
fn trunk(input: Shape) -> Vec<Step> {
    if input.height * input.width == 1 {
        return vec![dense(256), dense(128)];
    }
    let kernel = if input.height == 1 { [1, 3] } else { [3, 3] };
    let mut steps = Vec::new();
    let mut shape = input;
    while shape.height.max(shape.width) > 16 {
        steps.push(shrink(&mut shape));
    }
    steps.push(Step::Conv {
        out: WIDTH,
        kernel,
        stride: Stride::Same,
    });
    if shape.height.max(shape.width) > 4 {
        steps.push(shrink(&mut shape));
    }
    steps.extend([Step::Flatten, dense(128)]);
    steps
}

/// Channels of convolutions in heads.
const WIDTH: usize = 64;

fn dense(out: usize) -> Step {
    Step::Conv {
        out,
        kernel: [1, 1],
        stride: Stride::Same,
    }
}

/// A patch embedding, and the shape after it.
fn shrink(shape: &mut Shape) -> Step {
    let kernel = patch(*shape);
    *shape = Shape {
        channels: WIDTH,
        height: shape.height / kernel[0],
        width: shape.width / kernel[1],
    };
    Step::Conv {
        out: WIDTH,
        kernel,
        stride: Stride::Patch,
    }
}

/// Patches that shrink each axis that is left by 4 while it is long, and by 2 after that.
fn patch(shape: Shape) -> [usize; 2] {
    let side = |length: usize| match length {
        1 => 1,
        2..=32 => 2,
        _ => 4,
    };
    [side(shape.height), side(shape.width)]
}

/// A classifier of features: an adversary, or the head of a task.
pub(crate) fn head_steps(features: Shape, classes: usize) -> Vec<Step> {
    let mut steps = trunk(features);
    steps.push(Step::Output { out: classes });
    steps
}

/// A classifier that sees all positions at once, in one dense layer.
pub(crate) fn flat_head_steps(classes: usize) -> Vec<Step> {
    vec![Step::Flatten, dense(128), Step::Output { out: classes }]
}

/// `T(x, z, u)`: scores whether the raw record `x`, the features `z` and the private attribute `u` (one-hot) belong
/// together (Li et al., KDD 2020, section 4; Hjelm et al., ICLR 2019).
#[derive(Module, Debug)]
pub(crate) struct Critic {
    record: Network,
    features: Network,
    joint: Network,
}

impl Critic {
    pub(crate) fn new(
        record: Shape,
        features: Shape,
        classes: usize,
        rng: &mut impl Rng,
        device: &Device,
    ) -> Result<Self> {
        let joint = Shape {
            channels: 128 + 128 + classes,
            height: 1,
            width: 1,
        };
        let steps = [
            Step::Conv {
                out: 128,
                kernel: [1, 1],
                stride: Stride::Same,
            },
            Step::Output { out: 1 },
        ];
        Ok(Critic {
            record: Network::new(record, &trunk(record), rng, device)?,
            features: Network::new(features, &trunk(features), rng, device)?,
            joint: Network::new(joint, &steps, rng, device)?,
        })
    }

    /// `x` as the critic sees it, `[batch, 128]`: computed once, used for true and false pairs.
    pub(crate) fn embed(&self, x: Tensor<4>) -> Tensor<2> {
        self.record.forward_vector(x)
    }

    /// Scores of true pairs and of false ones, where row `i` of `x` is replaced by row `negatives[i]`.
    ///
    /// # Shape
    /// Two vectors of `[batch]`. Both go through the network together, so that they share batch statistics.
    pub(crate) fn scores(
        &self,
        x: Tensor<2>,
        z: Tensor<4>,
        u: Tensor<2>,
        negatives: Tensor<1, burn::tensor::Int>,
    ) -> (Tensor<1>, Tensor<1>) {
        let batch = u.dims()[0];
        let z = self.features.forward_vector(z);
        let others = x.clone().select(0, negatives);
        let rows = Tensor::cat(
            vec![
                Tensor::cat(vec![x, z.clone(), u.clone()], 1),
                Tensor::cat(vec![others, z, u], 1),
            ],
            0,
        );
        let width = rows.dims()[1];
        let scores = self
            .joint
            .forward_vector(rows.reshape([2 * batch, 1, 1, width]))
            .reshape([2 * batch]);
        (
            scores.clone().narrow(0, 0, batch),
            scores.narrow(0, batch, batch),
        )
    }
}
