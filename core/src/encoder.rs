//! The encoder: one file, one object.

use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::features::{Encoding, Features, Origin};
use crate::input::Input;
use crate::manifest::Manifest;
use crate::model_file::read_manifest;
use crate::release::{Randomness, Secret, Source, Stage};
use crate::releasing::Releasing;
use crate::trust;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread;

/// A loaded encoder: raw input in, features out.
///
/// Cloning is cheap and shares the network. Any number of threads may use one encoder at once.
///
/// # Privacy
/// An encoder reduces measured leakage of the attributes its manifest names; nothing else is hidden. Read the audit.
///
/// # Examples
/// ```
/// # std::env::set_current_dir("../examples")?;
/// use tiprdc::{Encoder, Input};
/// let encoder = Encoder::open("motion-gender.onnx")?;
/// let window = vec![0.0f32; 6 * 128];
/// let features = encoder.encode(&Input::series(&window, 6, 128)?)?;
/// let leaves = features.to_bytes(); // all that leaves the device
/// # assert_eq!(features.shape(), [1, 16, 32]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Encoder {
    loaded: Arc<Loaded>,
    threads: usize,
}

struct Loaded {
    manifest: Manifest,
    digest: String,
    engine: Engine,
    stage: Stage,
    randomness: Randomness,
}

/// How an encoder is loaded; made by [`Encoder::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct EncoderBuilder {
    max_bytes: u64,
    max_work: u64,
    threads: usize,
    source: Source,
}

impl EncoderBuilder {
    /// Largest file to load, in bytes; 256 MiB unless set.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// The most multiplications that one record may need; 2^32 unless set.
    ///
    /// The work of every operator is counted from the shapes of the graph, before anything runs. The memory for
    /// intermediate results has a limit of its own that grows with it: a 4-byte number for 256 multiplications, 64 MiB
    /// unless set.
    pub fn max_work(mut self, multiplications: u64) -> Self {
        self.max_work = multiplications;
        self
    }

    /// Threads that [`Encoder::encode_batch`] uses; 0, the default, is one per core.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Makes the draw of a random release depend on the input and this secret alone: the same input, the same draw.
    ///
    /// Without it, encoding the same photo ten times gives ten draws, which may be averaged: ten times the epsilon. With
    /// it, the draw of an input is spent once, however often it is encoded. Keep the secret on the device, in its
    /// keystore; make it once, from 32 bytes of the operating system's randomness. Does nothing for an exact release.
    ///
    /// # Privacy
    /// This stops the averaging of *identical* inputs, after preprocessing; a photo that was cropped by one pixel is
    /// another input with another draw. Whoever sees the features can tell that two uploads were the same input. Another
    /// encoder, or another version of this one, draws anew. Whoever has the secret can undo the noise of inputs that they
    /// can guess.
    pub fn memo(mut self, secret: [u8; 32]) -> Self {
        self.source = Source::Memo(Secret(secret));
        self
    }

    /// Makes all draws of a random release repeatable, from a number: **for tests only**.
    ///
    /// # Privacy
    /// Whoever knows the number can undo the noise. No bound holds.
    pub fn insecure_test_seed(mut self, seed: u64) -> Self {
        self.source = Source::InsecureTest(seed);
        self
    }

    /// Loads an encoder from a file.
    ///
    /// # Errors
    /// [`ErrorKind::FileUnreadable`], and those of [`from_bytes`](EncoderBuilder::from_bytes).
    pub fn open(self, path: impl AsRef<Path>) -> Result<Encoder> {
        let bytes = trust::read_limited(path.as_ref(), self.max_bytes)?;
        self.from_bytes(&bytes)
    }

    /// Loads an encoder from memory.
    ///
    /// In this order: size limit, manifest, parse, operators and their attributes, shapes, work and memory, a trial run.
    ///
    /// # Errors
    /// [`ErrorKind::ModelTooLarge`], [`ErrorKind::ModelMalformed`], [`ErrorKind::OperatorNotAllowed`],
    /// [`ErrorKind::ManifestMissing`], [`ErrorKind::ManifestInvalid`], [`ErrorKind::ManifestUnsupported`],
    /// [`ErrorKind::ManifestMismatch`].
    pub fn from_bytes(self, bytes: &[u8]) -> Result<Encoder> {
        trust::check_size(bytes, self.max_bytes)?;
        let manifest = read_manifest(bytes)?;
        let stage = Stage::new(&manifest.release, &manifest.output);
        let network_shape = stage.network_shape(&manifest.output);
        let loaded = Loaded {
            engine: Engine::load(
                bytes,
                &manifest.input.shape(),
                &network_shape,
                self.max_work,
            )?,
            manifest,
            digest: trust::digest(bytes),
            stage,
            randomness: Randomness::new(self.source),
        };
        Ok(Encoder {
            loaded: Arc::new(loaded),
            threads: self.threads,
        })
    }
}

impl Encoder {
    /// Loads an encoder from a file, with the default limits.
    ///
    /// # Errors
    /// See [`EncoderBuilder::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::builder().open(path)
    }

    /// Loads an encoder from memory, with the default limits.
    ///
    /// # Errors
    /// See [`EncoderBuilder::from_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::builder().from_bytes(bytes)
    }

    /// Loading with other limits or another number of threads.
    pub fn builder() -> EncoderBuilder {
        EncoderBuilder {
            max_bytes: trust::DEFAULT_MAX_BYTES,
            max_work: trust::DEFAULT_MAX_WORK,
            threads: 0,
            source: Source::System,
        }
    }

    /// The same encoder with another number of threads for batches; 0 is one per core.
    pub fn with_threads(&self, threads: usize) -> Self {
        Encoder {
            loaded: Arc::clone(&self.loaded),
            threads,
        }
    }

    /// What the encoder says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.loaded.manifest
    }

    /// SHA-256 of the file, in hexadecimal; features carry it.
    pub fn digest(&self) -> &str {
        &self.loaded.digest
    }

    /// Shape of the features of one record, without the batch axis; `[1]` for a substitute release: an index.
    pub fn output_shape(&self) -> &[usize] {
        &self.loaded.manifest.output.shape
    }

    /// Encodes one record, on the calling thread.
    ///
    /// # Shape
    /// The features have shape `[1, output.shape...]`.
    ///
    /// # Privacy
    /// A random release draws anew at every call, and each draw spends the manifest's epsilon again; see
    /// [`EncoderBuilder::memo`].
    ///
    /// # Errors
    /// The kinds from 200 to 299, for an input that is not what the manifest asks for. An exact release also gives
    /// [`ErrorKind::FeaturesNotFinite`]. A random one cannot fail by what the network computes, and only gives
    /// [`ErrorKind::RandomnessUnavailable`].
    pub fn encode(&self, input: &Input<'_>) -> Result<Features> {
        let mut data = vec![0.0; self.output_len()];
        self.encode_into(input, &mut data)?;
        self.features(data, 1)
    }

    /// Encodes one record into the caller's memory, on the calling thread.
    ///
    /// # Errors
    /// [`ErrorKind::OutputSize`] if `out` is not as long as [`output_shape`](Encoder::output_shape) multiplies to, and
    /// those of [`encode`](Encoder::encode). On an error `out` is untouched or partly written.
    pub fn encode_into(&self, input: &Input<'_>, out: &mut [f32]) -> Result<()> {
        self.encode_rows(std::slice::from_ref(input), out)
    }

    /// Encodes many records in parallel, one row each, on as many threads as the builder was told.
    ///
    /// # Errors
    /// Those of [`encode`](Encoder::encode), with the number of the first record that failed; then nothing is returned.
    pub fn encode_batch(&self, inputs: &[Input<'_>]) -> Result<Features> {
        let mut data = vec![0.0; self.output_len() * inputs.len()];
        self.encode_batch_into(inputs, &mut data)?;
        self.features(data, inputs.len())
    }

    /// Like [`encode_batch`](Encoder::encode_batch), into the caller's memory.
    ///
    /// # Errors
    /// As [`encode_batch`](Encoder::encode_batch), and [`ErrorKind::OutputSize`].
    pub fn encode_batch_into(&self, inputs: &[Input<'_>], out: &mut [f32]) -> Result<()> {
        let engine = &self.loaded.engine;
        self.check_output(out.len(), inputs.len())?;
        if inputs.is_empty() {
            return Ok(());
        }
        let (_, share) = engine.preferred_rows();
        let shares = inputs.len().div_ceil(share);
        let threads = self.threads().min(shares);
        let per_thread = shares.div_ceil(threads) * share;
        let parts = inputs
            .chunks(per_thread)
            .zip(out.chunks_mut(per_thread * self.output_len()));
        let served = self.loaded.randomness.reserve(inputs.len());
        let mut parts = parts.enumerate().map(|(part, (inputs, out))| {
            move || self.encode_blocks(part * per_thread, served, inputs, out)
        });
        // The first part is this thread's own: a new thread starts without the engine's buffers.
        let mut own = parts.next().expect("there is at least one input");
        let results: Vec<Result<()>> = thread::scope(|scope| {
            let workers: Vec<_> = parts
                .map(|work| {
                    thread::Builder::new()
                        .spawn_scoped(scope, work)
                        .map_err(no_thread)
                })
                .collect();
            let own = std::iter::once(own());
            let others = workers
                .into_iter()
                .map(|worker| worker?.join().unwrap_or_else(|_| Err(worker_died())));
            own.chain(others).collect()
        });
        results.into_iter().collect()
    }

    /// One thread's share of a batch; `first` is the number of its first record, for messages, and `served` how many
    /// records were released before the batch.
    fn encode_blocks(
        &self,
        first: usize,
        served: u64,
        inputs: &[Input<'_>],
        out: &mut [f32],
    ) -> Result<()> {
        let engine = &self.loaded.engine;
        let (block, _) = engine.preferred_rows();
        let mut tensor = vec![0.0; block.min(inputs.len()) * engine.input_len()];
        let mut releasing = self.releasing(served + first as u64)?;
        let blocks = inputs
            .chunks(block)
            .zip(out.chunks_mut(block * self.output_len()));
        for (index, (inputs, out)) in blocks.enumerate() {
            let tensor = &mut tensor[..inputs.len() * engine.input_len()];
            self.preprocess_rows(inputs, tensor, Some(first + index * block))?;
            releasing.run(tensor, out, Some(first + index * block))?;
        }
        Ok(())
    }

    fn encode_rows(&self, inputs: &[Input<'_>], out: &mut [f32]) -> Result<()> {
        self.check_output(out.len(), inputs.len())?;
        let mut tensor = vec![0.0; inputs.len() * self.loaded.engine.input_len()];
        self.preprocess_rows(inputs, &mut tensor, None)?;
        let served = self.loaded.randomness.reserve(inputs.len());
        self.releasing(served)?.run(&tensor, out, None)
    }

    fn releasing(&self, served: u64) -> Result<Releasing<'_>> {
        let Loaded {
            engine,
            stage,
            randomness,
            digest,
            ..
        } = &*self.loaded;
        Releasing::new(engine, stage, randomness, digest, served)
    }

    fn preprocess_rows(
        &self,
        inputs: &[Input<'_>],
        tensor: &mut [f32],
        first: Option<usize>,
    ) -> Result<()> {
        let spec = &self.loaded.manifest.input;
        let rows = tensor.chunks_exact_mut(self.loaded.engine.input_len());
        for (index, (input, row)) in inputs.iter().zip(rows).enumerate() {
            spec.preprocess(input, row).map_err(|error| match first {
                Some(first) => {
                    Error::new(error.kind(), format!("record {}: {error}", first + index))
                }
                None => error,
            })?;
        }
        Ok(())
    }

    fn check_output(&self, found: usize, rows: usize) -> Result<()> {
        let expected = self.output_len() * rows;
        if found != expected {
            return Err(Error::new(
                ErrorKind::OutputSize,
                format!(
                    "features of {rows} records need room for {expected} numbers, the buffer has {found}"
                ),
            ));
        }
        Ok(())
    }

    /// Numbers that leave for one record.
    fn output_len(&self) -> usize {
        self.output_shape().iter().product()
    }

    fn threads(&self) -> usize {
        match self.threads {
            0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
            threads => threads,
        }
    }

    fn features(&self, data: Vec<f32>, rows: usize) -> Result<Features> {
        let shape = std::iter::once(rows)
            .chain(self.output_shape().iter().copied())
            .collect();
        let Loaded {
            manifest, digest, ..
        } = &*self.loaded;
        let origin = Origin {
            encoder: digest.clone(),
            release: manifest.release.name().to_string(),
            encoding: Encoding::new(&manifest.release, &manifest.output),
        };
        Features::released(data, shape, origin)
    }
}

fn no_thread(source: std::io::Error) -> Error {
    Error::new(
        ErrorKind::Internal,
        "the system gave no more threads for a batch; ask for fewer",
    )
    .with_source(source)
}

fn worker_died() -> Error {
    Error::new(
        ErrorKind::Internal,
        "a worker thread of a batch ended unexpectedly",
    )
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let manifest = &self.loaded.manifest;
        f.debug_struct("Encoder")
            .field("name", &manifest.name)
            .field("version", &manifest.version)
            .field("input", &(manifest.input.kind(), manifest.input.shape()))
            .field("output", &manifest.output.shape)
            .finish_non_exhaustive()
    }
}
