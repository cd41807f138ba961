//! A trained network as an ONNX file: batch normalisation folded in, the manifest inside.

mod graph;

use crate::data::Dataset;
use crate::error::Result;
use crate::methods::{Chosen, Learned};
use crate::nn::{Network, Step};
use crate::prepare::TrainingSet;
use crate::release::ReleaseConfig;
use crate::run::Run;
use crate::trainer::Trained;
use graph::{Graph, ints};
use prost::Message;
use tiprdc::{
    InputSpec, MANIFEST_FORMAT, Manifest, Method, OutputSpec, Release, SubstituteTable, Training,
    embed_manifest,
};

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

/// Refuses what a manifest cannot say, before a network is trained for it: an empty name, fields of one name.
pub(crate) fn check_names(run: &Run, dataset: &Dataset, input: &InputSpec) -> Result<()> {
    let output = OutputSpec {
        shape: vec![1],
        ..OutputSpec::default()
    };
    let manifest = manifest(run, dataset, input.clone(), output, Release::Exact);
    Ok(manifest.validate()?)
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
/// [`TrainError::Encoder`](crate::TrainError::Encoder) if the core does not accept its own encoder: that is a bug, found
/// before the file is used.
fn to_onnx(network: &Network, manifest: &Manifest) -> Result<Vec<u8>> {
    let shape = manifest.input.shape();
    let mut graph = Graph::new(&shape);
    let mut at = network.input;
    let mut axes = shape.len();
    // Flattened, but laid out as before: what comes next is dense, and as easily computed from that.
    let mut flattened = None;
    let mut blocks = network.blocks.iter();
    for step in &network.steps {
        let before = flattened.take().unwrap_or(at);
        match step {
            Step::Conv { stride, .. } if axes > 1 && before == at => {
                let block = blocks.next().expect("one block for each convolution");
                graph.convolution(block, at, *stride, axes)?;
            }
            Step::Conv { .. } | Step::Output { .. } => {
                let block = blocks.next().expect("one block for each dense layer");
                graph.dense_block(block, before, axes)?;
                axes = 1;
            }
            Step::MaxPool => {
                graph.node(
                    "MaxPool",
                    &[],
                    vec![ints("kernel_shape", [2, 2]), ints("strides", [2, 2])],
                );
            }
            Step::Flatten => flattened = Some(before),
            Step::Unit => graph.unit(),
        }
        at = at.after(step)?;
    }
    if let Some(correction) = &network.correction {
        graph.correction(correction, at, &manifest.output.shape)?;
    }
    if graph.is_empty() {
        graph.node("Identity", &[], Vec::new());
    }
    let model = graph.finish(&network.record_shape(shape.len()));
    let bytes = embed_manifest(&model.encode_to_vec(), manifest)?;
    tiprdc::Encoder::from_bytes(&bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::graph::numbers;
    use super::*;
    use crate::nn::{Architecture, Block, Correction, Shape, Tensor, head_steps};
    use burn::module::Module;
    use burn::tensor::{Device, TensorData};
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};
    use tiprdc::{Encoder, Input, Release, TensorSpec};

    fn random(rng: &mut ChaCha8Rng, count: usize) -> Vec<f32> {
        (0..count).map(|_| rng.random_range(-2.0..2.0)).collect()
    }

    /// A network whose running moments and scales are those of some training, not the initial ones.
    fn used_network(steps: &[Step], shape: Shape, rng: &mut ChaCha8Rng) -> Network {
        let device = Device::default().autodiff();
        let network = Network::new(shape, steps, rng, &device).expect("the shape fits");
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

    #[test]
    fn burn_and_the_core_agree_on_a_network_that_chooses() {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        for (architecture, shape) in [
            (Architecture::Mlp, vec![12]),
            (Architecture::Tcn, vec![6, 128]),
            (Architecture::Mobile, vec![3, 64, 64]),
        ] {
            let input = Shape::of(&shape).expect("1 to 3 axes");
            let mut steps = architecture.steps(None);
            let features = steps
                .iter()
                .try_fold(input, |shape, step| shape.after(step));
            steps.extend(head_steps(features.expect("the shape fits"), 8));
            let mut network = used_network(&steps, input, &mut rng);
            network.append_unit();
            let (weight, bias) = (tensor(&mut rng, [8, 20]), tensor(&mut rng, [20]));
            network.append_dense(Block::dense(weight, bias));
            let worst = disagreement(&network, &shape, &mut rng);
            assert!(worst < 1e-4, "{architecture:?}: {worst}");
        }
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
            for rank in [1, 3] {
                let weight = tensor(&mut rng, [input.elements(), rank]);
                let weight = weight.div_scalar(input.elements() as f32);
                let dense = Network::dense(input, weight, tensor(&mut rng, [rank]));
                let worst = disagreement(&dense, &shape, &mut rng);
                assert!(worst < 1e-4, "dense on {shape:?}: {worst}");

                let identity = Network::new(input, &[], &mut rng, &Device::default());
                let encoder = used_network(&architecture.steps(None), input, &mut rng);
                for mut network in [encoder, dense, identity.expect("any shape fits")] {
                    let width = network.output.elements();
                    let down = tensor(&mut rng, [width, rank]).div_scalar(width as f32);
                    let (offset, up) = (tensor(&mut rng, [rank]), tensor(&mut rng, [rank, width]));
                    network.correction = Some(Correction::new(down, offset, up));
                    let worst = disagreement(&network, &shape, &mut rng);
                    assert!(worst < 1e-4, "correction on {shape:?}: {worst}");
                }
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
                &architecture.steps(None),
                Shape::of(&shape).expect("1 to 3 axes"),
                &mut rng,
            );
            let worst = disagreement(&network, &shape, &mut rng);
            assert!(worst < 1e-4, "{architecture:?} {shape:?}: {worst}");
        }
    }
}
