//! Running the network. The only file of this crate that names tract.

use crate::error::{Error, ErrorKind, Result};
use crate::graph::Graph;
use crate::quiet::catch_quietly;
use std::sync::Arc;
use std::thread;
use tract_onnx::prelude::*;

/// The messages of ONNX, for the reader of models.
pub(crate) use tract_onnx::pb;

/// The stack of the thread that loads a model: the engine needs more than a worker thread of a phone has.
const STACK: usize = 8 << 20;

/// The most intermediate numbers of a batch, so that it takes no more memory than records one by one would in turn.
const MAX_BATCH_NUMBERS: u64 = 1 << 23;

/// Rows that one run of a batch plan takes, largest first. Long runs keep the matrix kernels full; the short ones are
/// for what is left, which would otherwise go row by row.
const BATCHES: [usize; 2] = [128, 32];

/// Networks whose intermediate tensors have fewer elements a record are run in batches: below this, the cost of
/// a run is mostly the engine's own and is shared by the rows; above it, a batch leaves the cache and is slower.
const BATCH_BELOW: u64 = 1 << 15;

/// Networks with more nodes are run row by row: to prepare a plan for each number of rows takes longer than it saves.
const BATCH_NODES: usize = 128;

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
    /// Reads, checks and optimises a model, and runs it once on zeros.
    ///
    /// `input` and `output` are what the manifest says of one record, `max_work` the most multiplications of one run.
    pub(crate) fn load(
        bytes: &[u8],
        input: &[usize],
        output: &[usize],
        max_work: u64,
    ) -> Result<Self> {
        let load = || {
            guarded("the model could not be prepared", || {
                Self::build(bytes, input, output, max_work)
            })
        };
        thread::scope(|scope| {
            let builder = thread::Builder::new().stack_size(STACK);
            let worker = builder.spawn_scoped(scope, load).map_err(no_thread)?;
            worker.join().unwrap_or_else(|_| Err(no_thread("it ended")))
        })
    }

    fn build(bytes: &[u8], input: &[usize], output: &[usize], max_work: u64) -> Result<Self> {
        let mut graph = Graph::read(bytes, input)?;
        let mut alone = graph.plan(1, input, output, max_work)?;
        let model = std::mem::take(&mut alone.model);
        let small = alone.numbers < BATCH_BELOW && model_nodes(&model) <= BATCH_NODES;
        let mut engine = Engine {
            single: prepare(&mut graph, model)?,
            batches: Vec::new(),
            input: input.to_vec(),
            output: output.to_vec(),
        };
        let zeros = vec![0.0; engine.input_len()];
        let mut features = vec![0.0; engine.output_len()];
        engine.run(&zeros, &mut features)?;
        for rows in BATCHES.into_iter().filter(|_| small) {
            let plan = graph.plan(rows, input, output, max_work.saturating_mul(rows as u64));
            if let Ok(plan) = plan
                && plan.rows_apart
                && plan.treats_records_like(&alone)
                && plan.numbers <= MAX_BATCH_NUMBERS
                && let Ok(plan) = prepare(&mut graph, plan.model)
            {
                engine.batches.push((rows, plan));
            }
        }
        Ok(engine)
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

fn model_nodes(model: &pb::ModelProto) -> usize {
    model.graph.as_ref().map_or(0, |graph| graph.node.len())
}

fn with_rows(rows: usize, shape: &[usize]) -> TVec<usize> {
    std::iter::once(rows).chain(shape.iter().copied()).collect()
}

/// An optimised plan of a clean model, with the weights of its graph.
fn prepare(graph: &mut Graph, mut model: pb::ModelProto) -> Result<Plan> {
    let parsed = graph.lend(&mut model, |model| {
        tract_onnx::onnx().model_for_proto_model(model)
    });
    parsed
        .and_then(|model| model.into_optimized())
        .and_then(|model| model.into_runnable())
        .map_err(|error| malformed("the model could not be prepared", error))
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
    malformed("the model could not be executed", source)
}

fn no_thread(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(
        ErrorKind::Internal,
        "the system gave no thread to load the model on",
    )
    .with_source(source)
}

/// Turns a panic of the engine into an error: hostile files have made it panic before.
fn guarded<T>(message: &str, body: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_quietly(body).unwrap_or_else(|place| {
        let message = format!("{message}: the engine gave up");
        Err(Error::new(ErrorKind::ModelMalformed, message).with_source(place))
    })
}
