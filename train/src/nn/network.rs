//! A chain of steps with its weights.

use super::{Block, Correction, Shape, Step, Tensor};
use crate::error::Result;
use burn::module::Module;
use burn::tensor::Device;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use rand::Rng;

/// Vectors shorter than this are not made longer by [`unit`].
pub(crate) const SHORTEST: f32 = 1e-6;

/// A chain of steps with its weights; the empty chain is the identity.
#[derive(Module, Debug)]
pub(crate) struct Network {
    /// One for each `Conv` and `Output` step, in order.
    pub(crate) blocks: Vec<Block>,
    /// After the last step.
    pub(crate) correction: Option<Correction>,
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
                Step::MaxPool | Step::Flatten | Step::Unit => {}
            }
            shape = shape.after(step)?;
        }
        Ok(Network {
            blocks,
            correction: None,
            steps: steps.to_vec(),
            input,
            output: shape,
        })
    }

    /// One dense layer on all positions and channels (channels last): `weight` is `[numbers, out]`, `bias` `[out]`.
    pub(crate) fn dense(input: Shape, weight: Tensor<2>, bias: Tensor<1>) -> Self {
        let out = bias.dims()[0];
        Network {
            blocks: vec![Block::dense(weight, bias)],
            correction: None,
            steps: vec![Step::Output { out }],
            input,
            output: Shape {
                channels: out,
                height: 1,
                width: 1,
            },
        }
    }

    /// Appends a division by the length, to a network that ends in a vector.
    pub(crate) fn append_unit(&mut self) {
        self.steps.push(Step::Unit);
    }

    /// Appends a last dense layer, to a network that ends in a vector.
    pub(crate) fn append_dense(&mut self, block: Block) {
        let out = block.weight.dims()[1];
        self.steps.push(Step::Output { out });
        self.blocks.push(block);
        self.output.channels = out;
    }

    /// The last layer, if nothing follows it that is not linear.
    pub(crate) fn linear_end(&mut self) -> Option<&mut Block> {
        match (self.steps.last(), &self.correction) {
            (Some(Step::Output { .. }), None) => self.blocks.last_mut(),
            _ => None,
        }
    }

    /// Shape of the features of one record, for records of so many axes.
    pub(crate) fn record_shape(&self, axes: usize) -> Vec<usize> {
        match self.steps.last() {
            Some(Step::Output { .. } | Step::Flatten | Step::Unit) => vec![self.output.channels],
            _ => self.output.to_record(axes),
        }
    }

    /// Runs the network.
    ///
    /// # Shape
    /// `[batch, height, width, channels]` in and out.
    pub(crate) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut blocks = self.blocks.iter();
        let features = self.steps.iter().fold(input, |x, step| match step {
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
            Step::Unit => {
                let [batch, height, width, channels] = x.dims();
                unit(x.reshape([batch, height * width * channels]))
                    .reshape([batch, height, width, channels])
            }
        });
        match &self.correction {
            Some(correction) => correction.forward(features, self.output),
            None => features,
        }
    }

    /// Runs a network that ends in a vector: `[batch, numbers]`.
    pub(crate) fn forward_vector(&self, input: Tensor<4>) -> Tensor<2> {
        let batch = input.dims()[0];
        self.forward(input).reshape([batch, self.output.elements()])
    }
}

/// Vectors divided by their lengths, `[rows, numbers]`; one of length 0 stays so.
pub(crate) fn unit(vectors: Tensor<2>) -> Tensor<2> {
    let squares = vectors.clone().powi_scalar(2).sum_dim(1);
    vectors / squares.clamp_min(SHORTEST * SHORTEST).sqrt()
}

fn flatten(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    x.reshape([batch, 1, 1, height * width * channels])
}

fn max_pool(x: Tensor<4>) -> Tensor<4> {
    max_pool2d(x.permute([0, 3, 1, 2]), MaxPoolOptions::new([2, 2])).permute([0, 2, 3, 1])
}
