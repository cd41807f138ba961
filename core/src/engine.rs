//! Running the network. The only file of this crate that names tract.

use crate::error::{Error, ErrorKind, Result};
use crate::guard;
use crate::quiet::catch_quietly;
use prost::Message;
use std::collections::HashSet;
use std::sync::Arc;
use tract_onnx::pb;
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::cnn::{Conv, MaxPool, PoolSpec, SumPool};

pub(crate) use pb::{
    AttributeProto as Attribute, GraphProto as Graph, ModelProto as Model, NodeProto as Node,
    TensorProto as Tensor,
};

/// The most elements that all intermediate tensors of one run may have together: 1 GiB of f32.
const MAX_WORKING_ELEMENTS: usize = 1 << 28;

/// The most multiplications or comparisons that the windows of one run may need: seconds, not days.
const MAX_WINDOW_READS: usize = 1 << 40;

/// Rows that one run of a batch plan takes, largest first. Long runs keep the matrix kernels full; the short ones are
/// for what is left, which would otherwise go row by row.
const BATCHES: [usize; 2] = [128, 32];

/// Networks whose intermediate tensors have fewer elements a record are run in batches: below this, the cost of
/// a run is mostly the engine's own and is shared by the rows; above it, a batch leaves the cache and is slower.
const BATCH_BELOW: usize = 1 << 15;

type Plan = Arc<TypedRunnableModel>;

/// A network, ready to run; shared by threads.
pub(crate) struct Engine {
    single: Plan,
    /// With their rows, largest first; empty for networks that are better run row by row.
    batches: Vec<(usize, Plan)>,
    input: Vec<usize>,
    output: Vec<usize>,
}

impl Engine {
    /// Parses, checks and optimises a model, and runs it once on zeros.
    ///
    /// `input` and `output` are what the manifest says of one record.
    pub(crate) fn load(bytes: &[u8], input: &[usize], output: &[usize]) -> Result<Self> {
        guard::check_parts(bytes)?;
        let proto = Model::decode(bytes)
            .map_err(|error| malformed("the file is not an ONNX model", error))?;
        guard::check(&proto, bytes.len())?;
        let name = check_input(&proto, input)?;
        guarded("the model could not be prepared", || {
            Self::build(&proto, &name, input, output)
        })
    }

    fn build(proto: &Model, name: &str, input: &[usize], output: &[usize]) -> Result<Self> {
        let (single, working) = plan(proto, name, 1, input, output)?;
        let mut engine = Engine {
            single,
            batches: Vec::new(),
            input: input.to_vec(),
            output: output.to_vec(),
        };
        let zeros = vec![0.0; engine.input_len()];
        let mut features = vec![0.0; engine.output_len()];
        engine.run(&zeros, &mut features)?;
        if working < BATCH_BELOW {
            for rows in BATCHES {
                if let Ok((plan, _)) = plan(proto, name, rows, input, output)
                    && engine.keeps_rows_apart(rows, &plan)
                {
                    engine.batches.push((rows, plan));
                }
            }
        }
        Ok(engine)
    }

    /// Whether a batch gives what its rows give one by one. A graph may do otherwise (a mean over the batch axis), and
    /// then the features of one person would depend on who else is in the batch.
    fn keeps_rows_apart(&self, rows: usize, plan: &Plan) -> bool {
        let (row_in, row_out) = (self.input_len(), self.output_len());
        // Any numbers do, as long as rows differ; these repeat with no period that a shape could have.
        let records: Vec<f32> = (0..rows * row_in)
            .map(|index| (index as f32 * 0.618_034).fract() - 0.5)
            .collect();
        let mut together = vec![0.0; rows * row_out];
        let mut alone = vec![0.0; row_out];
        let ran = guarded("the model could not be executed", || {
            self.run_plan(plan, rows, &records, &mut together)
        });
        ran.is_ok()
            && records
                .chunks_exact(row_in)
                .zip(together.chunks_exact(row_out))
                .all(|(row, together)| {
                    let ran = self.run_plan(&self.single, 1, row, &mut alone);
                    let scale = alone
                        .iter()
                        .fold(1.0f32, |scale, value| scale.max(value.abs()));
                    ran.is_ok()
                        && alone
                            .iter()
                            .zip(together)
                            .all(|(a, b)| (a - b).abs() <= 1e-4 * scale)
                })
    }

    /// Elements of one record's input.
    pub(crate) fn input_len(&self) -> usize {
        self.input.iter().product()
    }

    /// Elements of one record's features.
    pub(crate) fn output_len(&self) -> usize {
        self.output.iter().product()
    }

    /// Rows that are worth handing over together: the most, and what a thread's share should be a multiple of.
    pub(crate) fn preferred_rows(&self) -> (usize, usize) {
        let rows = |plan: Option<&(usize, Plan)>| plan.map_or(1, |&(rows, _)| rows);
        (rows(self.batches.first()), rows(self.batches.last()))
    }

    /// Runs the network over whole rows, one after the other or in batches.
    pub(crate) fn run(&self, input: &[f32], output: &mut [f32]) -> Result<()> {
        let (row_in, row_out) = (self.input_len(), self.output_len());
        debug_assert_eq!(input.len() / row_in, output.len() / row_out);
        guarded("the model could not be executed", || {
            let mut rows = input.len() / row_in;
            let (mut input, mut output) = (input, output);
            while rows > 0 {
                let batch = self.batches.iter().find(|(take, _)| *take <= rows);
                let (take, plan) = batch.map_or((1, &self.single), |(take, plan)| (*take, plan));
                let (head, tail) = input.split_at(take * row_in);
                let (to, rest) = output.split_at_mut(take * row_out);
                self.run_plan(plan, take, head, to)?;
                (input, output, rows) = (tail, rest, rows - take);
            }
            Ok(())
        })
    }

    fn run_plan(&self, plan: &Plan, rows: usize, input: &[f32], output: &mut [f32]) -> Result<()> {
        let shape = with_rows(rows, &self.input);
        let tensor = tract_onnx::prelude::Tensor::from_shape(&shape, input).map_err(cannot_run)?;
        let results = plan.run(tvec!(tensor.into())).map_err(cannot_run)?;
        let view = results[0]
            .to_plain_array_view::<f32>()
            .map_err(cannot_run)?;
        match view.as_slice() {
            Some(values) if values.len() == output.len() => output.copy_from_slice(values),
            _ if view.len() == output.len() => {
                output
                    .iter_mut()
                    .zip(view.iter())
                    .for_each(|(to, from)| *to = *from);
            }
            _ => {
                return Err(mismatch(
                    "output",
                    &with_rows(rows, &self.output),
                    view.shape(),
                ));
            }
        }
        Ok(())
    }
}

fn with_rows(rows: usize, shape: &[usize]) -> TVec<usize> {
    std::iter::once(rows).chain(shape.iter().copied()).collect()
}

/// An optimised plan for `rows` records, and the elements of its intermediate tensors.
fn plan(
    proto: &Model,
    name: &str,
    rows: usize,
    input: &[usize],
    output: &[usize],
) -> Result<(Plan, usize)> {
    let input = with_rows(rows, input);
    let output = with_rows(rows, output);
    let mut model = tract_onnx::onnx()
        .with_ignore_output_shapes(true)
        .model_for_proto_model(proto)
        .map_err(|error| malformed("the model is not valid", error))?;
    let fact = InferenceFact::dt_shape(f32::datum_type(), &input);
    model = model
        .with_input_names([name])
        .and_then(|model| model.with_input_fact(0, fact))
        .map_err(|error| malformed("the model is not valid", error))?;
    let model = model
        .into_typed()
        .map_err(|error| malformed("the model's shapes do not fit together", error))?;
    let working = working_elements(&model)?;
    check_output(&model, &output)?;
    let plan = model
        .into_optimized()
        .and_then(|model| model.into_runnable())
        .map_err(|error| malformed("the model could not be prepared", error))?;
    Ok((plan, working))
}

/// Elements of all tensors that a run computes; a model that would need too much memory is refused here.
fn working_elements(model: &TypedModel) -> Result<usize> {
    let mut total = 0usize;
    for node in model.nodes() {
        for outlet in node
            .outputs
            .iter()
            .filter(|outlet| outlet.fact.konst.is_none())
        {
            let volume = outlet.fact.shape.as_concrete().map(|shape| {
                shape
                    .iter()
                    .try_fold(1usize, |product, &axis| product.checked_mul(axis))
                    .unwrap_or(usize::MAX)
            });
            // Anything that is still symbolic once the input is fixed is a small shape computation.
            total = total.saturating_add(volume.unwrap_or(0));
        }
        let (padded, reads) = window(model, node)?;
        total = total.saturating_add(padded);
        if reads > MAX_WINDOW_READS {
            return Err(Error::new(
                ErrorKind::ModelTooLarge,
                format!(
                    "a window of the model is read {reads} times in one run; at most {MAX_WINDOW_READS} are allowed"
                ),
            ));
        }
    }
    if total > MAX_WORKING_ELEMENTS {
        return Err(Error::new(
            ErrorKind::ModelTooLarge,
            format!(
                "one run of the model needs {total} intermediate numbers; at most {MAX_WORKING_ELEMENTS} are allowed"
            ),
        ));
    }
    Ok(total)
}

/// For a convolution or a pooling: elements of its input with the padding around it, which the engine may build as a
/// tensor of its own, and how often its windows read an element.
fn window(model: &TypedModel, node: &TypedNode) -> Result<(usize, usize)> {
    let conv = node.op_as::<Conv>();
    let pool = node
        .op_as::<MaxPool>()
        .map(|op| &op.pool_spec)
        .or(node.op_as::<SumPool>().map(|op| &op.pool_spec));
    let Some(spec) = conv.map(|op| &op.pool_spec).or(pool) else {
        return Ok((0, 0));
    };
    let unknown = || {
        Error::new(
            ErrorKind::ModelMalformed,
            "a window of the model has no fixed shape",
        )
    };
    let shapes = || {
        let input = model
            .outlet_fact(node.inputs[0])
            .ok()?
            .shape
            .as_concrete()?
            .to_vec();
        Some((input, node.outputs[0].fact.shape.as_concrete()?.to_vec()))
    };
    let (input, output) = shapes().ok_or_else(unknown)?;
    let padded = padded_axes(spec, &input).ok_or_else(unknown)?;
    let product = |axes: &[usize]| {
        axes.iter()
            .fold(1usize, |product, &axis| product.saturating_mul(axis))
    };
    let depth = conv.map_or(1, |op| op.pool_spec.input_channels / op.group.max(1));
    let reads = product(&output)
        .saturating_mul(product(&spec.kernel_shape))
        .saturating_mul(depth);
    Ok((product(&padded), reads))
}

fn padded_axes(spec: &PoolSpec, input: &[usize]) -> Option<Vec<usize>> {
    let shape = spec.data_format.shape(TVec::from(input)).ok()?;
    let padding = spec.computed_padding(shape.hw_dims());
    let mut axes = input.to_vec();
    for (axis, padding) in padding.iter().enumerate() {
        let axis = axes.get_mut(shape.h_axis() + axis)?;
        *axis = axis
            .saturating_add(padding.pad_before)
            .saturating_add(padding.pad_after);
    }
    Some(axes)
}

/// The one real input of the graph (initializers may be listed as inputs too): its name, if it fits the manifest.
fn check_input(proto: &Model, expected: &[usize]) -> Result<String> {
    let graph = proto
        .graph
        .as_ref()
        .ok_or_else(|| Error::new(ErrorKind::ModelMalformed, "the model has no graph"))?;
    let initializers: HashSet<_> = graph
        .initializer
        .iter()
        .map(|tensor| tensor.name.as_str())
        .collect();
    let mut inputs = graph
        .input
        .iter()
        .filter(|input| !initializers.contains(input.name.as_str()));
    let (Some(input), None) = (inputs.next(), inputs.next()) else {
        return Err(Error::new(
            ErrorKind::ManifestMismatch,
            "an encoder's graph has exactly one input; this one has none or several",
        ));
    };
    if graph.output.len() != 1 {
        return Err(Error::new(
            ErrorKind::ManifestMismatch,
            format!(
                "an encoder's graph has exactly one output, found {}",
                graph.output.len()
            ),
        ));
    }
    let Some(pb::type_proto::Value::TensorType(tensor)) =
        input.r#type.as_ref().and_then(|kind| kind.value.as_ref())
    else {
        return Err(Error::new(
            ErrorKind::ManifestMismatch,
            "the graph's input has no tensor type",
        ));
    };
    if tensor.elem_type != pb::tensor_proto::DataType::Float as i32 {
        return Err(Error::new(
            ErrorKind::ManifestMismatch,
            "the graph's input must be 32-bit floating point",
        ));
    }
    let declared = tensor
        .shape
        .as_ref()
        .map(|shape| shape.dim.iter().map(fixed_axis).collect::<Vec<_>>());
    if let Some(declared) = declared {
        let fits = declared.len() == expected.len() + 1
            && declared[1..]
                .iter()
                .zip(expected)
                .all(|(found, &want)| found.is_none_or(|found| found == want as i64));
        if !fits {
            let found: Vec<_> = declared
                .iter()
                .map(|axis| axis.map_or("?".into(), |axis| axis.to_string()))
                .collect();
            return Err(Error::new(
                ErrorKind::ManifestMismatch,
                format!(
                    "the manifest's input is [batch, {}], the graph's is [{}]",
                    join(expected),
                    found.join(", ")
                ),
            ));
        }
    }
    Ok(input.name.clone())
}

fn fixed_axis(axis: &pb::tensor_shape_proto::Dimension) -> Option<i64> {
    match axis.value {
        Some(pb::tensor_shape_proto::dimension::Value::DimValue(size)) => Some(size),
        _ => None,
    }
}

fn check_output(model: &TypedModel, expected: &[usize]) -> Result<()> {
    let fact = model
        .output_fact(0)
        .map_err(|error| malformed("the model has no output", error))?;
    let found = fact.shape.as_concrete().unwrap_or_default();
    if found != expected {
        return Err(mismatch("output", expected, found));
    }
    if fact.datum_type != f32::datum_type() {
        return Err(Error::new(
            ErrorKind::ManifestMismatch,
            "the graph's output must be 32-bit floating point",
        ));
    }
    Ok(())
}

fn mismatch(what: &str, manifest: &[usize], graph: &[usize]) -> Error {
    Error::new(
        ErrorKind::ManifestMismatch,
        format!(
            "the manifest's {what} is [{}] with the batch axis, the graph's is [{}]",
            join(manifest),
            join(graph)
        ),
    )
}

fn join(shape: &[usize]) -> String {
    shape
        .iter()
        .map(usize::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// tract's own words may hold names and shapes of the file; they are kept as the source, not as the message.
fn malformed(message: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::ModelMalformed, message).with_source(source)
}

fn cannot_run(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Internal, "the model could not be executed").with_source(source)
}

/// Turns a panic of the engine into an error: hostile files have made it panic before.
fn guarded<T>(message: &str, body: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_quietly(body).unwrap_or_else(|place| {
        let message = format!("{message}: the engine gave up");
        Err(Error::new(ErrorKind::ModelMalformed, message).with_source(place))
    })
}
