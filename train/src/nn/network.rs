//! A chain of steps with its weights.

use super::{Block, Shape, Step, Tensor};
use crate::error::Result;
use burn::module::Module;
use burn::tensor::Device;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use rand::Rng;

/// A chain of steps with its weights; the empty chain is the identity.
#[derive(Module, Debug)]
pub(crate) struct Network {
    /// One for each `Conv` and `Output` step, in order.
    pub(crate) blocks: Vec<Block>,
    #[module(skip)]
    pub(crate) steps: Vec<Step>,
    #[module(skip)]
    pub(crate) input: Shape,
    #[module(skip)]
    pub(crate) output: Shape,
}

impl Network {
    /// Builds a network with fresh weights.
    ///
    /// # Errors
    /// If the input is too small for the steps.
    pub(crate) fn new(
        input: Shape,
        steps: &[Step],
        rng: &mut impl Rng,
        device: &Device,
    ) -> Result<Self> {
        let mut shape = input;
        let mut blocks = Vec::new();
        for step in steps {
            match *step {
                Step::Conv {
                    out,
                    kernel,
                    stride,
                } => blocks.push(Block::conv(shape, out, kernel, stride, rng, device)),
                Step::Output { out } => {
                    blocks.push(Block::output(shape.elements(), out, rng, device))
                }
                Step::MaxPool | Step::Flatten => {}
            }
            shape = shape.after(step)?;
        }
        Ok(Network {
            blocks,
            steps: steps.to_vec(),
            input,
            output: shape,
        })
    }

    /// Runs the network.
    ///
    /// # Shape
    /// `[batch, height, width, channels]` in and out.
    pub(crate) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut blocks = self.blocks.iter();
        self.steps.iter().fold(input, |x, step| match step {
            Step::Conv { .. } => blocks
                .next()
                .expect("one block for each convolution")
                .forward(x),
            Step::Output { .. } => blocks
                .next()
                .expect("one block for each output")
                .forward(flatten(x)),
            Step::MaxPool => max_pool(x),
            Step::Flatten => flatten(x),
        })
    }

    /// Runs a network that ends in a vector: `[batch, numbers]`.
    pub(crate) fn forward_vector(&self, input: Tensor<4>) -> Tensor<2> {
        let batch = input.dims()[0];
        self.forward(input).reshape([batch, self.output.elements()])
    }
}

fn flatten(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    x.reshape([batch, 1, 1, height * width * channels])
}

fn max_pool(x: Tensor<4>) -> Tensor<4> {
    max_pool2d(x.permute([0, 3, 1, 2]), MaxPoolOptions::new([2, 2])).permute([0, 2, 3, 1])
}
