//! A trained network as an ONNX file: batch normalisation folded in, the manifest inside.

use crate::data::Dataset;
use crate::error::{Result, TrainError};
use crate::methods::{Chosen, Learned};
use crate::nn::{Block, Correction, EPSILON, Network, Norm, SHORTEST, Shape, Step, Stride};
use crate::prepare::TrainingSet;
use crate::release::ReleaseConfig;
use crate::run::Run;
use crate::trainer::Trained;
use prost::Message;
use tiprdc::{
    InputSpec, MANIFEST_FORMAT, Manifest, Method, OutputSpec, Release, SubstituteTable, Training,
    embed_manifest,
};
use tract_onnx::pb::{
    self, AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TypeProto, ValueInfoProto, attribute_proto::AttributeType,
    tensor_proto::DataType,
};

/// The operator set written; old enough for every runtime in use, and tested by tract.
const OPSET: i64 = 17;
/// The ONNX format that goes with it.
const IR_VERSION: i64 = 8;

/// What a run gives: the encoder, and the table of substitutes if it has one.
pub(crate) fn trained(
    run: &Run,
    dataset: &Dataset,
    input: InputSpec,
    learned: &Learned,
    set: &TrainingSet,
) -> Result<Trained> {
    let network = &learned.network;
    let (output, release, table) = match &learned.chosen {
        Some(chosen) => {
            let table = table(chosen, &input.shape(), set)?;
            let output = OutputSpec {
                shape: vec![1],
                ..OutputSpec::default()
            };
            (output, run.release.substitute(chosen, &table)?, Some(table))
        }
        None => {
            let (output, release) = numbers_released(run, network, input.shape().len(), set)?;
            (output, release, None)
        }
    };
    let manifest = manifest(run, dataset, input, output, release);
    Ok(Trained {
        encoder: to_onnx(network, &manifest)?,
        table,
    })
}

/// The substitutes as devices preprocess them, in the order of the network's outputs.
fn table(chosen: &Chosen, shape: &[usize], set: &TrainingSet) -> Result<SubstituteTable> {
    let records: Vec<f32> = chosen
        .rows
        .iter()
        .flat_map(|&row| set.record(row))
        .collect();
    let shape: Vec<usize> = std::iter::once(chosen.rows.len())
        .chain(shape.iter().copied())
        .collect();
    Ok(SubstituteTable::new(&records, &shape)?)
}

/// Output and release of a network whose output is the features.
fn numbers_released(
    run: &Run,
    network: &Network,
    axes: usize,
    set: &TrainingSet,
) -> Result<(OutputSpec, Release)> {
    let features = if run.release == ReleaseConfig::default() {
        Vec::new()
    } else {
        set.features(network)
    };
    let release = run.release.fit(&features, network.output.elements())?;
    let output = OutputSpec {
        shape: network.record_shape(axes),
        dtype: run.release.dtype,
        scale: run.release.step(&features, &release),
    };
    Ok((output, release))
}

/// What the encoder says of itself.
fn manifest(
    run: &Run,
    dataset: &Dataset,
    input: InputSpec,
    output: OutputSpec,
    release: Release,
) -> Manifest {
    Manifest {
        format: MANIFEST_FORMAT,
        name: run.name.clone(),
        version: run.version.clone(),
        output,
        input,
        release,
        method: Method {
            kind: run.method.name().into(),
            lambda: run.method.lambda(),
            private: run.method.private().to_vec(),
            tasks: run.method.tasks().to_vec(),
        },
        training: Some(Training {
            dataset: dataset.name.clone(),
            rows: dataset.train.len(),
            seed: run.seed,
            tiprdc: env!("CARGO_PKG_VERSION").into(),
            run: run.to_toml(),
        }),
        audit: None,
    }
}

/// The network and its manifest as one ONNX file.
///
/// # Errors
/// [`TrainError::Encoder`] if the core does not accept its own encoder: that is a bug, found before the file is used.
fn to_onnx(network: &Network, manifest: &Manifest) -> Result<Vec<u8>> {
    let shape = manifest.input.shape();
    let mut graph = Graph::new(&shape);
    let mut at = network.input;
    let mut layout = at;
    let mut axes = shape.len();
    let mut blocks = network.blocks.iter();
    for step in &network.steps {
        match step {
            Step::Conv { stride, .. } => {
                let block = blocks.next().expect("one block for each convolution");
                graph.block(block, layout, *stride, axes)?;
            }
            Step::MaxPool => {
                graph.node(
                    "MaxPool",
                    &[],
                    vec![ints("kernel_shape", [2, 2]), ints("strides", [2, 2])],
                );
            }
            Step::Output { .. } => {
                let block = blocks.next().expect("one block for each output");
                graph.flatten(std::mem::replace(&mut axes, 1));
                graph.dense(block, layout)?;
            }
            Step::Flatten => graph.flatten(std::mem::replace(&mut axes, 1)),
            Step::Unit => graph.unit(),
        }
        at = at.after(step)?;
        // What is flattened stands in ONNX's order, channels first: the next layer's weights follow the shape before.
        if !matches!(step, Step::Flatten) {
            layout = at;
        }
    }
    if let Some(correction) = &network.correction {
        graph.correction(correction, at, &manifest.output.shape)?;
    }
    if graph.proto.node.is_empty() {
        graph.node("Identity", &[], Vec::new());
    }
    let model = graph.finish(&network.record_shape(shape.len()));
    let bytes = embed_manifest(&model.encode_to_vec(), manifest)?;
    tiprdc::Encoder::from_bytes(&bytes)?;
    Ok(bytes)
}

/// A graph that is one chain.
struct Graph {
    proto: GraphProto,
    last: String,
}

impl Graph {
    fn new(input: &[usize]) -> Self {
        let proto = GraphProto {
            name: "encoder".into(),
            input: vec![value("input", input)],
            ..Default::default()
        };
        Graph {
            proto,
            last: "input".into(),
        }
    }

    /// Appends a node that takes what the last one gave, and parameters.
    fn node(&mut self, operator: &str, parameters: &[&str], attribute: Vec<AttributeProto>) {
        let last = self.last.clone();
        let inputs: Vec<&str> = std::iter::once(last.as_str())
            .chain(parameters.iter().copied())
            .collect();
        self.node_of(operator, &inputs, attribute);
    }

    fn node_of(&mut self, operator: &str, inputs: &[&str], attribute: Vec<AttributeProto>) {
        let index = self.proto.node.len();
        let output = format!("{}{index}", operator.to_lowercase());
        self.proto.node.push(NodeProto {
            input: inputs.iter().map(ToString::to_string).collect(),
            output: vec![output.clone()],
            name: output.clone(),
            op_type: operator.into(),
            attribute,
            ..Default::default()
        });
        self.last = output;
    }

    fn parameter(&mut self, name: &str, dims: &[usize], data: &[f32]) -> String {
        let name = format!("{name}{}", self.proto.initializer.len());
        self.proto.initializer.push(TensorProto {
            dims: dims.iter().map(|&axis| axis as i64).collect(),
            data_type: DataType::Float as i32,
            name: name.clone(),
            raw_data: data.iter().flat_map(|value| value.to_le_bytes()).collect(),
            ..Default::default()
        });
        name
    }

    /// Features with axes of their own as vectors.
    fn flatten(&mut self, axes: usize) {
        if axes > 1 {
            self.node("Flatten", &[], Vec::new());
        }
    }

    /// A dense layer on flattened features, which stand in the order of ONNX: channels first.
    fn dense(&mut self, block: &Block, input: Shape) -> Result<()> {
        let (weight, bias) = folded(block)?;
        let out = bias.len();
        let weight = channels_first(&weight, input.channels, out);
        let weight = self.parameter("weight", &[out, input.elements()], &weight);
        let bias = self.parameter("bias", &[out], &bias);
        self.node("Gemm", &[&weight, &bias], vec![int("transB", 1)]);
        Ok(())
    }

    /// `z - (z down - offset) up` on flattened features, and back to `shape`.
    fn correction(&mut self, correction: &Correction, at: Shape, shape: &[usize]) -> Result<()> {
        self.flatten(shape.len());
        let features = self.last.clone();
        let [numbers_in, rank] = correction.down.dims();
        let down = channels_first(&numbers(correction.down.val())?, at.channels, rank);
        let down = self.parameter("down", &[rank, numbers_in], &down);
        let offset = numbers(correction.offset.val().neg())?;
        let offset = self.parameter("offset", &[rank], &offset);
        self.node("Gemm", &[&down, &offset], vec![int("transB", 1)]);
        let up = numbers(correction.up.val().transpose())?;
        let up = self.parameter(
            "up",
            &[rank, numbers_in],
            &channels_first(&up, at.channels, rank),
        );
        self.node("MatMul", &[&up], Vec::new());
        let inner = self.last.clone();
        self.node_of("Sub", &[&features, &inner], Vec::new());
        if shape.len() > 1 {
            let shape = self.axes(shape);
            self.node("Reshape", &[&shape], Vec::new());
        }
        Ok(())
    }

    /// The shape of a batch of so shaped features, as a parameter: 0 is the batch's own size.
    fn axes(&mut self, shape: &[usize]) -> String {
        let name = format!("shape{}", self.proto.initializer.len());
        let axes = std::iter::once(0).chain(shape.iter().map(|&axis| axis as i64));
        self.proto.initializer.push(TensorProto {
            dims: vec![shape.len() as i64 + 1],
            data_type: DataType::Int64 as i32,
            name: name.clone(),
            raw_data: axes.flat_map(i64::to_le_bytes).collect(),
            ..Default::default()
        });
        name
    }

    fn block(&mut self, block: &Block, input: Shape, stride: Stride, axes: usize) -> Result<()> {
        match axes {
            1 => self.dense(block, input)?,
            2 => self.convolution(block, input, &[block.kernel_w], stride)?,
            _ => self.convolution(block, input, &[block.kernel_h, block.kernel_w], stride)?,
        }
        if block.norm.is_some() {
            self.node("Relu", &[], Vec::new());
        }
        Ok(())
    }

    fn convolution(
        &mut self,
        block: &Block,
        input: Shape,
        kernel: &[usize],
        stride: Stride,
    ) -> Result<()> {
        let (weight, bias) = folded(block)?;
        let out = bias.len();
        let dims: Vec<usize> = [out, input.channels]
            .into_iter()
            .chain(kernel.iter().copied())
            .collect();
        let weight = channels_first(&weight, input.channels, out);
        let weight = self.parameter("weight", &dims, &weight);
        let bias = self.parameter("bias", &[out], &bias);
        self.node("Conv", &[&weight, &bias], window(kernel, stride));
        Ok(())
    }

    /// A vector divided by its length.
    fn unit(&mut self) {
        let vector = self.last.clone();
        self.node("ReduceL2", &[], vec![ints("axes", [1])]);
        let shortest = self.parameter("shortest", &[1], &[SHORTEST]);
        self.node("Max", &[&shortest], Vec::new());
        let length = self.last.clone();
        self.node_of("Div", &[&vector, &length], Vec::new());
    }

    fn finish(mut self, output: &[usize]) -> ModelProto {
        let last = self
            .proto
            .node
            .last_mut()
            .expect("a graph has at least one node");
        last.output = vec!["features".into()];
        self.proto.output = vec![value("features", output)];
        ModelProto {
            ir_version: IR_VERSION,
            opset_import: vec![OperatorSetIdProto {
                domain: String::new(),
                version: OPSET,
            }],
            producer_name: "tiprdc".into(),
            producer_version: env!("CARGO_PKG_VERSION").into(),
            graph: Some(self.proto),
            ..Default::default()
        }
    }
}

/// Weight `[inputs, out]` and bias `[out]` with the normalisation multiplied in:
/// `gamma * (w x - mean) / sqrt(var + epsilon) + beta` is a convolution itself.
fn folded(block: &Block) -> Result<(Vec<f32>, Vec<f32>)> {
    let mut weight = numbers(block.weight.val())?;
    let out = block.weight.dims()[1];
    let Some(norm) = &block.norm else {
        let bias = block
            .bias
            .as_ref()
            .map_or_else(|| Ok(vec![0.0; out]), |bias| numbers(bias.val()))?;
        return Ok((weight, bias));
    };
    let (scale, bias) = affine(norm)?;
    for row in weight.chunks_exact_mut(out) {
        row.iter_mut()
            .zip(&scale)
            .for_each(|(weight, scale)| *weight = (f64::from(*weight) * scale) as f32);
    }
    Ok((weight, bias))
}

fn affine(norm: &Norm) -> Result<(Vec<f64>, Vec<f32>)> {
    let gamma = numbers(norm.gamma.val())?;
    let beta = numbers(norm.beta.val())?;
    let mean = numbers(norm.running_mean.value_sync())?;
    let variance = numbers(norm.running_var.value_sync())?;
    let scale: Vec<f64> = gamma
        .iter()
        .zip(&variance)
        .map(|(&gamma, &variance)| f64::from(gamma) / (f64::from(variance) + EPSILON).sqrt())
        .collect();
    let bias = beta
        .iter()
        .zip(&mean)
        .zip(&scale)
        .map(|((&beta, &mean), scale)| (f64::from(beta) - f64::from(mean) * scale) as f32)
        .collect();
    Ok((scale, bias))
}

fn numbers<const D: usize>(tensor: burn::tensor::Tensor<D>) -> Result<Vec<f32>> {
    let data = tensor.into_data();
    data.try_to_vec::<f32>().map_err(|error| {
        TrainError::config(format!("the network's weights are not f32: {error:?}"))
    })
}

/// `[positions * channels, out]` as `[out, channels, positions]`.
fn channels_first(weight: &[f32], channels: usize, out: usize) -> Vec<f32> {
    let positions = weight.len() / (channels * out);
    let at = |o, c, p| weight[(p * channels + c) * out + o];
    let mut first = Vec::with_capacity(weight.len());
    for o in 0..out {
        for c in 0..channels {
            first.extend((0..positions).map(|p| at(o, c, p)));
        }
    }
    first
}

fn window(kernel: &[usize], stride: Stride) -> Vec<AttributeProto> {
    let mut attributes = vec![ints("kernel_shape", kernel.iter().copied())];
    match stride {
        Stride::Patch => attributes.push(ints("strides", kernel.iter().copied())),
        Stride::Same => {
            let pads: Vec<usize> = kernel.iter().map(|side| side / 2).collect();
            attributes.push(ints("pads", pads.iter().chain(&pads).copied()));
        }
    }
    attributes
}

fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Int as i32,
        i: value,
        ..Default::default()
    }
}

fn ints(name: &str, values: impl IntoIterator<Item = usize>) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        r#type: AttributeType::Ints as i32,
        ints: values.into_iter().map(|value| value as i64).collect(),
        ..Default::default()
    }
}

/// `[batch, shape...]` of f32.
fn value(name: &str, shape: &[usize]) -> ValueInfoProto {
    use pb::tensor_shape_proto::{Dimension, dimension::Value};
    let batch = Value::DimParam("batch".into());
    let axes = std::iter::once(batch).chain(shape.iter().map(|&axis| Value::DimValue(axis as i64)));
    let dim = axes
        .map(|value| Dimension {
            denotation: String::new(),
            value: Some(value),
        })
        .collect();
    let tensor = pb::type_proto::Tensor {
        elem_type: DataType::Float as i32,
        shape: Some(TensorShapeProto { dim }),
    };
    ValueInfoProto {
        name: name.into(),
        r#type: Some(TypeProto {
            denotation: String::new(),
            value: Some(pb::type_proto::Value::TensorType(tensor)),
        }),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Architecture, Tensor};
    use burn::module::Module;
    use burn::tensor::{Device, TensorData};
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};
    use tiprdc::{Encoder, Input, Release, TensorSpec};

    fn random(rng: &mut ChaCha8Rng, count: usize) -> Vec<f32> {
        (0..count).map(|_| rng.random_range(-2.0..2.0)).collect()
    }

    /// A network whose running moments and scales are those of some training, not the initial ones.
    fn used_network(architecture: Architecture, shape: Shape, rng: &mut ChaCha8Rng) -> Network {
        let device = Device::default().autodiff();
        let network =
            Network::new(shape, &architecture.steps(None), rng, &device).expect("the shape fits");
        for _ in 0..5 {
            let rows = TensorData::new(
                random(rng, 4 * shape.elements()),
                [4, shape.height, shape.width, shape.channels],
            );
            network.forward(Tensor::from_data(rows, &device));
        }
        network.valid()
    }

    /// burn's output and the core's, for one record given in the manifest's layout.
    fn both_outputs(
        network: &Network,
        record_shape: &[usize],
        record: &[f32],
    ) -> (Vec<f32>, Vec<f32>) {
        let manifest = Manifest {
            format: MANIFEST_FORMAT,
            name: "test".into(),
            version: "1".into(),
            input: InputSpec::Tensor(TensorSpec {
                shape: record_shape.to_vec(),
            }),
            output: OutputSpec {
                shape: network.record_shape(record_shape.len()),
                ..OutputSpec::default()
            },
            release: Release::Exact,
            method: Method::default(),
            training: None,
            audit: None,
        };
        let encoder = Encoder::from_bytes(&to_onnx(network, &manifest).expect("it exports"))
            .expect("it loads");
        let core = encoder
            .encode(&Input::tensor(record, record_shape).expect("it fits"))
            .expect("it encodes");

        let Shape {
            channels,
            height,
            width,
        } = network.input;
        let x = Tensor::<4>::from_data(
            TensorData::new(record.to_vec(), [1, channels, height, width]),
            &Device::default(),
        );
        let y = network
            .forward(x.permute([0, 2, 3, 1]))
            .permute([0, 3, 1, 2]);
        (numbers(y).expect("f32"), core.data().to_vec())
    }

    /// The largest difference between burn and the core, on a record of random numbers.
    fn disagreement(network: &Network, shape: &[usize], rng: &mut ChaCha8Rng) -> f32 {
        let record = random(rng, shape.iter().product());
        let (burn, core) = both_outputs(network, shape, &record);
        assert_eq!(burn.len(), core.len());
        let largest = burn
            .iter()
            .fold(0.0f32, |most, value| most.max(value.abs()));
        assert!(largest > 0.1, "{shape:?}: the network must not be dead");
        let differences = burn.iter().zip(&core).map(|(a, b)| (a - b).abs());
        differences.fold(0.0, f32::max)
    }

    fn tensor<const D: usize>(rng: &mut ChaCha8Rng, dims: [usize; D]) -> Tensor<D> {
        let data = random(rng, dims.iter().product());
        Tensor::from_data(TensorData::new(data, dims), &Device::default())
    }

    #[test]
    fn burn_and_the_core_agree_on_corrections_and_on_dense_layers_over_all_positions() {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        for (architecture, shape) in [
            (Architecture::Mlp, vec![60]),
            (Architecture::Tcn, vec![6, 32]),
            (Architecture::Mobile, vec![3, 16, 24]),
        ] {
            let input = Shape::of(&shape).expect("1 to 3 axes");
            let (weight, bias) = (
                tensor(&mut rng, [input.elements(), 5]),
                tensor(&mut rng, [5]),
            );
            let dense = Network::dense(input, weight.mul_scalar(0.1), bias);
            let worst = disagreement(&dense, &shape, &mut rng);
            assert!(worst < 1e-4, "dense on {shape:?}: {worst}");

            for mut network in [used_network(architecture, input, &mut rng), dense] {
                let width = network.output.elements();
                let (down, up) = (tensor(&mut rng, [width, 2]), tensor(&mut rng, [2, width]));
                let down = down.div_scalar(width as f32);
                network.correction = Some(Correction::new(down, tensor(&mut rng, [2]), up));
                let worst = disagreement(&network, &shape, &mut rng);
                assert!(worst < 1e-4, "correction on {shape:?}: {worst}");
            }
        }
    }

    #[test]
    fn burn_and_the_core_agree_on_every_architecture() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for (architecture, shape) in [
            (Architecture::Mlp, vec![60]),
            (Architecture::Tcn, vec![6, 128]),
            (Architecture::Tcn, vec![3, 50]),
            (Architecture::Mobile, vec![3, 64, 64]),
            (Architecture::Mobile, vec![3, 40, 72]),
            (Architecture::Vgg16, vec![3, 32, 24]),
        ] {
            let network = used_network(
                architecture,
                Shape::of(&shape).expect("1 to 3 axes"),
                &mut rng,
            );
            let worst = disagreement(&network, &shape, &mut rng);
            assert!(worst < 1e-4, "{architecture:?} {shape:?}: {worst}");
        }
    }
}
