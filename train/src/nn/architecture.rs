//! What a network is made of, as data: the same description builds it, runs it and writes it as ONNX.

use crate::error::{Result, TrainError};
use serde::{Deserialize, Serialize};

/// The encoder networks that come with this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// Records: two dense layers of 256, features of 64 numbers.
    Mlp,
    /// Series: patches of 4 samples, then temporal convolutions; features `[16, steps / 4]`, smaller than 6 channels of input.
    Tcn,
    /// Images: patches of 4 x 4 pixels, then convolutions; features `[32, height / 8, width / 8]`.
    Mobile,
    /// Images: the first two blocks of VGG16-BN, the extractor of the TIPRDC paper (Li et al., KDD 2020, section 5);
    /// features `[128, height / 4, width / 4]`, larger than the image itself.
    Vgg16,
}

impl Architecture {
    /// The name as it stands in run files.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Mlp => "mlp",
            Architecture::Tcn => "tcn",
            Architecture::Mobile => "mobile",
            Architecture::Vgg16 => "vgg16",
        }
    }

    /// The steps, with another number of channels at the end if asked for.
    pub(crate) fn steps(self, features: Option<usize>) -> Vec<Step> {
        let mut steps = self.default_steps().to_vec();
        let last = steps.iter_mut().rev().find_map(|step| match step {
            Step::Conv { out, .. } => Some(out),
            _ => None,
        });
        if let (Some(out), Some(features)) = (last, features) {
            *out = features;
        }
        steps
    }

    fn default_steps(self) -> &'static [Step] {
        use Step::{Conv, MaxPool};
        use Stride::{Patch, Same};
        match self {
            Architecture::Mlp => &[
                Conv {
                    out: 256,
                    kernel: [1, 1],
                    stride: Same,
                },
                Conv {
                    out: 256,
                    kernel: [1, 1],
                    stride: Same,
                },
                Conv {
                    out: 64,
                    kernel: [1, 1],
                    stride: Same,
                },
            ],
            Architecture::Tcn => &[
                Conv {
                    out: 64,
                    kernel: [1, 4],
                    stride: Patch,
                },
                Conv {
                    out: 64,
                    kernel: [1, 3],
                    stride: Same,
                },
                Conv {
                    out: 16,
                    kernel: [1, 3],
                    stride: Same,
                },
            ],
            Architecture::Mobile => &[
                Conv {
                    out: 64,
                    kernel: [4, 4],
                    stride: Patch,
                },
                Conv {
                    out: 64,
                    kernel: [3, 3],
                    stride: Same,
                },
                Conv {
                    out: 128,
                    kernel: [2, 2],
                    stride: Patch,
                },
                Conv {
                    out: 128,
                    kernel: [3, 3],
                    stride: Same,
                },
                Conv {
                    out: 32,
                    kernel: [1, 1],
                    stride: Same,
                },
            ],
            Architecture::Vgg16 => &[
                Conv {
                    out: 64,
                    kernel: [3, 3],
                    stride: Same,
                },
                Conv {
                    out: 64,
                    kernel: [3, 3],
                    stride: Same,
                },
                MaxPool,
                Conv {
                    out: 128,
                    kernel: [3, 3],
                    stride: Same,
                },
                Conv {
                    out: 128,
                    kernel: [3, 3],
                    stride: Same,
                },
                MaxPool,
            ],
        }
    }
}

/// One step of a network. Every convolution is followed by batch normalisation and ReLU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A convolution; on vectors, with a kernel of 1 x 1, a dense layer.
    Conv {
        out: usize,
        kernel: [usize; 2],
        stride: Stride,
    },
    /// Maximum over 2 x 2, stride 2.
    MaxPool,
    /// All positions and channels as one vector.
    Flatten,
    /// A last dense layer: no normalisation, no ReLU.
    Output { out: usize },
    /// A vector divided by its length.
    Unit,
}

/// Where a kernel is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stride {
    /// At every position, zero-padded: the output is as large as the input. The kernel is odd.
    Same,
    /// Side by side: the output is smaller by the kernel's size; a rest at the border is dropped.
    Patch,
}

/// Channels, height, width. A series has height 1, a record height and width 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
}

impl Shape {
    /// From the shape of one record: `[numbers]`, `[channels, steps]` or `[channels, height, width]`.
    pub(crate) fn of(record: &[usize]) -> Result<Self> {
        match *record {
            [channels] => Ok(Shape {
                channels,
                height: 1,
                width: 1,
            }),
            [channels, width] => Ok(Shape {
                channels,
                height: 1,
                width,
            }),
            [channels, height, width] => Ok(Shape {
                channels,
                height,
                width,
            }),
            _ => Err(TrainError::config(format!(
                "records of shape {record:?} are not supported; 1 to 3 axes are"
            ))),
        }
    }

    /// The way back, with as many axes as the network's input has.
    pub(crate) fn to_record(self, axes: usize) -> Vec<usize> {
        match axes {
            1 => vec![self.channels],
            2 => vec![self.channels, self.width],
            _ => vec![self.channels, self.height, self.width],
        }
    }

    pub(crate) fn elements(self) -> usize {
        self.channels * self.height * self.width
    }

    /// The shape after a step; an input too small for it is an error.
    pub(crate) fn after(self, step: &Step) -> Result<Self> {
        let shape = match *step {
            Step::Conv {
                out,
                stride: Stride::Same,
                ..
            } => Shape {
                channels: out,
                ..self
            },
            Step::Conv {
                out,
                kernel: [kh, kw],
                stride: Stride::Patch,
            } => Shape {
                channels: out,
                height: self.height / kh,
                width: self.width / kw,
            },
            Step::MaxPool => Shape {
                height: self.height / 2,
                width: self.width / 2,
                ..self
            },
            Step::Flatten | Step::Unit => Shape {
                channels: self.elements(),
                height: 1,
                width: 1,
            },
            Step::Output { out } => Shape {
                channels: out,
                height: 1,
                width: 1,
            },
        };
        if shape.elements() == 0 {
            return Err(TrainError::config(format!(
                "an input of {} x {} positions is too small for this architecture",
                self.height, self.width
            )));
        }
        Ok(shape)
    }
}
