//! Arguments and their help.

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Train encoders that hide a private attribute, encode data with them, and measure what still leaks.
#[derive(Parser)]
#[command(
    name = "tiprdc",
    version,
    after_help = "Exit codes: 0 good, 1 the audit's gate failed, 2 bad usage or input, 3 internal, 130 stopped.\n\
                  Start with: tiprdc demo"
)]
pub struct Arguments {
    /// Print no progress and no notes; failures are still told
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print a line for each attacker where there is no progress bar
    #[arg(long, short, global = true)]
    pub verbose: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one, for as long as the command runs"
)]
pub enum Command {
    Demo(DemoArgs),
    Init(InitArgs),
    Train(TrainArgs),
    Sweep(SweepArgs),
    Audit(AuditArgs),
    Encode(EncodeArgs),
    Inspect(InspectArgs),
    Pack(PackArgs),
    Resolve(ResolveArgs),
    Completions(CompletionsArgs),
}

/// Train, export, encode and audit in one go, on data that comes with the command.
#[derive(Args)]
#[command(
    after_help = "Example:\n  tiprdc demo\n  tiprdc demo --data ~/motionsense --out motion --method plain\n\n\
    Without --data: UCI Adult census records (built in); hides `sex`.\n\
    With --data: a folder in the MotionSense layout (hides `gender`) or the FairFace layout (hides `gender`).\n\
    Writes encoder.onnx (with a summary of its audit), run.toml, features-{train,test}.safetensors,\n    \
    labels-{train,test}.csv, audit.json, audit.html and model-card.md to --out."
)]
pub struct DemoArgs {
    /// Folder of a data set; without it, UCI Adult
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// How the encoder is trained
    #[arg(long, value_enum, default_value = "neighbour_substitution")]
    pub method: DemoMethod,
    /// Folder for the results
    #[arg(long, value_name = "DIR", default_value = "tiprdc-demo")]
    pub out: PathBuf,
    /// Seed of training and audit
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Change a setting of the run, as in training.epochs=20; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Print the audit as JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoMethod {
    /// Adversary and mutual-information critic (KDD 2020)
    Tiprdc,
    /// Each record is replaced by one that is near in what is left without the private attribute
    #[value(name = "neighbour_substitution", alias = "neighbour-substitution")]
    NeighbourSubstitution,
    /// Each record is replaced by another, so that the first task is kept (PASS, ICML 2025)
    Substitution,
    /// Trained for the first task only; hides nothing
    Plain,
    /// Fresh weights
    Untrained,
    /// The preprocessed input itself
    Raw,
}

/// Write a run file for a table of your own.
#[derive(Args)]
#[command(
    after_help = "Example:\n  tiprdc init people.csv --private sex --task income\n  \
    tiprdc init visits.csv.gz --private age,sex --group person --out run.toml\n\n\
    Looks at each column (numbers, categories, markers of missing values), leaves out what tells people apart, and\n\
    writes a run file that says what it found. It holds names of columns and counts, and no cell but such markers.\n\
    Then: tiprdc train people.toml"
)]
pub struct InitArgs {
    /// The table: CSV, plain or gzipped, with a header
    #[arg(value_name = "TABLE")]
    pub table: PathBuf,
    /// Columns to hide
    #[arg(
        long,
        value_name = "COLUMNS",
        value_delimiter = ',',
        action = clap::ArgAction::Append,
        required = true
    )]
    pub private: Vec<String>,
    /// Columns to keep, if they are known
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub task: Vec<String>,
    /// The column that says whose row it is
    #[arg(long, value_name = "COLUMN")]
    pub group: Option<String>,
    /// The run file to write [default: the table's name with .toml, beside it]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace a run file that is there
    #[arg(long)]
    pub force: bool,
}

impl InitArgs {
    /// The file to write: beside the table, as its run looks for it there.
    pub fn out(&self) -> PathBuf {
        let name = self.table.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.split('.').next().unwrap_or_default();
        let beside = || self.table.with_file_name(format!("{stem}.toml"));
        self.out.clone().unwrap_or_else(beside)
    }
}

/// Print a script that completes commands in a shell.
#[derive(Args)]
#[command(
    after_help = "Example:\n  tiprdc completions bash > ~/.local/share/bash-completion/completions/tiprdc\n  \
    tiprdc completions zsh > ~/.zfunc/_tiprdc\n  tiprdc completions fish > ~/.config/fish/completions/tiprdc.fish"
)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Train an encoder as a run file says.
#[derive(Args)]
#[command(
    after_help = "Example:\n  tiprdc train people.toml\n  tiprdc train motion.toml --data ~/data --out motion\n  \
    tiprdc train motion.toml --data ~/data --out motion --resume\n  \
    tiprdc train motion.toml --data ~/data --set training.epochs=20 --set method.lambda=0.8\n\n\
    Writes OUT/encoder.onnx, and OUT/substitutes.safetensors for methods that substitute. Ctrl-C stops after the current batch and keeps OUT/checkpoint.safetensors."
)]
pub struct TrainArgs {
    /// The run file
    #[arg(value_name = "RUN.toml")]
    pub run: PathBuf,
    /// Folder of data sets [default: the run file's folder, for a table that is there; TIPRDC_DATA; UCI Adult is built in]
    // Not `env`: the built-in data should be found even where the variable names a folder of others.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Folder for the results [default: the run's name]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Go on from the checkpoint in the folder for the results, if there is one
    #[arg(long)]
    pub resume: bool,
    /// Change a setting of the run, as in training.epochs=20; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Print the encoder's path, digest and manifest as JSON
    #[arg(long)]
    pub json: bool,
}

/// Train and audit encoders of many methods and settings, and draw privacy against usefulness.
#[derive(Args)]
#[command(after_help = concat!(
    "Example:\n  tiprdc sweep sweep-adult.toml\n  tiprdc sweep motion-sweep.toml --data ~/data --out motion --jobs 2\n\n",
    "Every encoder goes to OUT/points/NAME-HASH/, with its audit.json. OUT/sweep.json has all results, OUT/sweep.html\n",
    "draws them. OUT/raw keeps what attackers guessed of each test record's raw inputs: as private as these themselves,\n",
    "and safe to delete. The same command goes on after Ctrl-C and does nothing twice; a changed setting makes new\n",
    "encoders. A point that cannot be trained or audited is recorded; the others go on, and the exit code is 2 at the end.\n\n",
    "A sweep file is a run file with a table [sweep]. This one is sweep-adult.toml; its data is built in:\n\n",
    include_str!("../runs/sweep-adult.toml")
))]
pub struct SweepArgs {
    /// The sweep file
    #[arg(value_name = "SWEEP.toml")]
    pub file: PathBuf,
    /// Folder of data sets [default: TIPRDC_DATA; UCI Adult is built in]
    // Not `env`: the built-in data should be found even where the variable names a folder of others.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Folder for the results [default: the run's name and `-sweep`]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Encoders at a time [default: as many as cores and memory allow]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub jobs: Option<u32>,
    /// Change a setting of the file, as in training.epochs=20 or `sweep.seeds=[0,1]`; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Print the results as JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Measure what fresh attackers find in features, and what tasks keep.
#[derive(Args)]
#[command(
    group = ArgGroup::new("source").required(true).args(["train_features", "features", "encoder"]),
    after_help = "Example:\n  \
    tiprdc audit --train-features features-train.safetensors --train-labels labels-train.csv \\\n    \
    --test-features features-test.safetensors --test-labels labels-test.csv \\\n    \
    --private sex --task income,occupation --max-leakage 0.05\n  \
    tiprdc audit --features embeddings.npy --labels people.parquet --private sex,age --continuous age --groups person\n  \
    tiprdc audit --encoder motion-gender.onnx --data ~/data --stamp\n  \
    tiprdc audit --encoder motion-pass.onnx --data ~/data --table substitutes.safetensors --draws 4\n\n\
    Features: .safetensors (tensor `features`), .npy, .npz (the only array, or `features`), .csv (header, numbers),\n\
    .parquet (columns of numbers, or one of lists). Labels: .csv with a header, or .parquet. One row per record, in the\n\
    order of the features.\n\n\
    With raw inputs, leakage is also given as a share of what the raw inputs leak (NAG); --max-leakage needs them. The\n\
    exit code is 1 if the upper end of any private attribute's NAG interval is above it.\n\n\
    Features of a substitute release are indices; with --table, the records that they stand for are audited.\n\n\
    --stamp writes a summary of the audit into an encoder's manifest, where `tiprdc inspect` shows it: of the private\n\
    attribute that attackers got furthest with, and of the tasks. It changes the file and so its SHA-256; the summary\n\
    keeps the digest that was audited. Features that say they come from another encoder are refused."
)]
// Where an argument belongs to one source, it conflicts with the others too: clap waives a requirement whose argument
// could not be given.
pub struct AuditArgs {
    /// Features that attackers learn from
    #[arg(long, value_name = "FILE", requires_all = ["train_labels", "test_features", "test_labels"])]
    pub train_features: Option<PathBuf>,
    /// Their labels
    #[arg(long, value_name = "FILE", requires = "train_features", conflicts_with_all = ["features", "encoder"])]
    pub train_labels: Option<PathBuf>,
    /// Features that attackers are scored on
    #[arg(long, value_name = "FILE", requires = "train_features", conflicts_with_all = ["features", "encoder"])]
    pub test_features: Option<PathBuf>,
    /// Their labels
    #[arg(long, value_name = "FILE", requires = "train_features", conflicts_with_all = ["features", "encoder"])]
    pub test_labels: Option<PathBuf>,
    /// Features of all records; the audit sets some aside to score attackers on
    #[arg(long, value_name = "FILE", requires = "labels")]
    pub features: Option<PathBuf>,
    /// Their labels
    #[arg(long, value_name = "FILE", requires = "features", conflicts_with_all = ["train_features", "encoder"])]
    pub labels: Option<PathBuf>,
    /// Share of --features to set aside; whole people if --groups is given [default: 0.3]
    #[arg(long, value_name = "SHARE", value_parser = inner_share, requires = "features", conflicts_with_all = ["train_features", "encoder"])]
    pub test_share: Option<f64>,
    /// Encode and audit this encoder's own data set, raw inputs included
    #[arg(long, value_name = "ENCODER.onnx")]
    pub encoder: Option<PathBuf>,
    /// Folder of data sets, for --encoder [default: TIPRDC_DATA]
    // Not `env`: a variable that happens to be set would demand --encoder.
    #[arg(long, value_name = "DIR", requires = "encoder", conflicts_with_all = ["features", "train_features"])]
    pub data: Option<PathBuf>,
    /// Encode each record so many times, for --encoder with a random release [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), requires = "encoder", conflicts_with_all = ["features", "train_features"])]
    pub draws: Option<u32>,
    /// The substitute table that features of a `substitute` release are resolved with
    #[arg(long, value_name = "FILE")]
    pub table: Option<PathBuf>,
    /// Private attributes: columns of the labels; a comma with a blank behind it is part of a name [with --encoder, default: what its training hid]
    #[arg(long, value_delimiter = ',', required_unless_present = "encoder")]
    pub private: Vec<String>,
    /// Task attributes: columns of the labels [with --encoder, default: what its training knew]
    #[arg(long, value_delimiter = ',')]
    pub task: Vec<String>,
    /// Which of these are numbers to be estimated, and not classes
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "COLUMNS",
        conflicts_with = "encoder"
    )]
    pub continuous: Vec<String>,
    /// Column that says which person a record is from
    #[arg(long, value_name = "COLUMN", conflicts_with = "encoder")]
    pub groups: Option<String>,
    /// Column that says which rows are draws of the same record
    #[arg(long, value_name = "COLUMN", conflicts_with = "encoder")]
    pub records: Option<String>,
    /// Raw inputs, for comparison
    #[arg(long, value_name = "FILE", requires_all = ["raw_test_features", "train_features"], conflicts_with_all = ["features", "encoder"])]
    pub raw_train_features: Option<PathBuf>,
    /// Raw inputs, for comparison
    #[arg(long, value_name = "FILE", requires_all = ["raw_train_features", "train_features"], conflicts_with_all = ["features", "encoder"])]
    pub raw_test_features: Option<PathBuf>,
    /// Raw inputs of the rows of --features, for comparison
    #[arg(long, value_name = "FILE", requires = "features", conflicts_with_all = ["train_features", "encoder"])]
    pub raw: Option<PathBuf>,
    /// Features of people whom the encoder was not trained on, to test membership
    #[arg(long, value_name = "FILE")]
    pub outsiders: Option<PathBuf>,
    /// Labels of the outsiders; only the column of --groups is read
    #[arg(long, value_name = "FILE", requires_all = ["outsiders", "groups"])]
    pub outsider_labels: Option<PathBuf>,
    /// Fail if more than this share of the raw inputs' leakage is left (NAG, 0 to 1)
    #[arg(long, value_name = "NAG", value_parser = share)]
    pub max_leakage: Option<f64>,
    /// Write a summary into this encoder; without a file, into that of --encoder
    #[arg(long, value_name = "ENCODER.onnx", num_args = 0..=1)]
    pub stamp: Option<Option<PathBuf>>,
    /// Tell how long each attacker took; the report is then not the same byte for byte
    #[arg(long)]
    pub seconds: bool,
    /// Seed of the attackers
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Folder for audit.json, audit.html and, with --encoder or --stamp, model-card.md
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Encode raw data into features.
#[derive(Args)]
#[command(
    after_help = "Example:\n  tiprdc encode face-gender.onnx a.jpg b.jpg --out features.safetensors\n  \
    tiprdc encode adult-sex.onnx people.csv --out features.safetensors\n  \
    tiprdc encode motion-gender.onnx walk.csv --stride 64 --out features.safetensors\n  \
    tiprdc encode motion-gender.onnx --data ~/data --split test --out test.safetensors --labels-out test.csv\n\n\
    Inputs by kind of encoder: images: JPEG and PNG files; records: CSV with the fields as header; series: CSV with a\n\
    header and one column per channel, cut into windows. With --data, the data set that the encoder was trained on.\n\n\
    The name of --out says what is written: .safetensors, .npy, .csv or .parquet; - is standard output. Only safetensors\n\
    names the encoder."
)]
pub struct EncodeArgs {
    /// The encoder
    #[arg(value_name = "ENCODER.onnx")]
    pub encoder: PathBuf,
    /// Files to encode
    #[arg(
        value_name = "INPUT",
        required_unless_present = "data",
        conflicts_with = "data"
    )]
    pub inputs: Vec<PathBuf>,
    /// Encode the encoder's own data set, from this folder of data sets
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Which part of the data set
    #[arg(long, value_enum, default_value = "test", requires = "data")]
    pub split: SplitName,
    /// The features file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Write the data set's labels too
    #[arg(long, value_name = "FILE", requires = "data")]
    pub labels_out: Option<PathBuf>,
    /// Write preprocessed inputs instead of features, to audit against
    #[arg(long)]
    pub raw: bool,
    /// Series: samples between the starts of windows [default: the window's length]
    #[arg(long)]
    pub stride: Option<usize>,
    /// Threads; 0 is one per core
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
    /// Print the features' shape and encoder as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitName {
    Train,
    Test,
}

/// Show what an encoder says of itself.
#[derive(Args)]
#[command(
    after_help = "Example:\n  tiprdc inspect motion-gender.onnx\n  tiprdc inspect motion-gender.onnx --json | jq .manifest.input"
)]
pub struct InspectArgs {
    /// The encoder
    #[arg(value_name = "ENCODER.onnx")]
    pub encoder: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Put a manifest into an ONNX model, or another release into an encoder.
#[derive(Args)]
#[command(
    after_help = "Example:\n  tiprdc pack model.onnx --manifest manifest.toml --out encoder.onnx\n  \
    tiprdc pack encoder.onnx --release gaussian --clip 4 --epsilon 8 --delta 1e-6 --out noisy.onnx\n  \
    tiprdc pack encoder.onnx --dtype f16 --out half.onnx\n  \
    tiprdc pack logits.onnx --release substitute --table substitutes.safetensors --temperature 0.05 --epsilon 12 --out pass.onnx\n  \
    tiprdc pack pass.onnx --epsilon 6 --out stricter.onnx\n\n\
    manifest.toml:\n  format = 1\n  name = \"my-encoder\"\n  version = \"1.0.0\"\n  [input]\n  kind = \"tensor\"\n  \
    shape = [16]\n  [output]\n  shape = [8]\n  [method]\n  kind = \"external\"\n  private = [\"gender\"]\n\n\
    Epsilon is the local differential privacy of one draw, in nats. The summary of an audit is left out where the\n\
    release changes: it was of another one."
)]
pub struct PackArgs {
    /// The model
    #[arg(value_name = "MODEL.onnx")]
    pub model: PathBuf,
    /// The manifest, as TOML [default: the one in the model]
    #[arg(long, value_name = "M.toml")]
    pub manifest: Option<PathBuf>,
    #[command(flatten)]
    pub release: ReleaseArgs,
    /// The encoder to write
    #[arg(long, value_name = "ENCODER.onnx")]
    pub out: PathBuf,
    /// Print the encoder's path, digest and manifest as JSON
    #[arg(long)]
    pub json: bool,
}

/// What happens to features at the last moment on the device.
#[derive(Args)]
#[command(next_help_heading = "Release")]
pub struct ReleaseArgs {
    /// How features leave the device [default: as the manifest says]
    #[arg(long, value_enum)]
    pub release: Option<ReleaseName>,
    /// Largest norm of the features: L2 for gaussian, L1 for laplace
    #[arg(long, value_name = "NORM", requires = "release")]
    pub clip: Option<f64>,
    /// Standard deviation (gaussian) or scale (laplace) of the noise; or ask for it by --epsilon
    #[arg(
        long,
        value_name = "SIZE",
        requires = "release",
        conflicts_with = "epsilon"
    )]
    pub scale: Option<f64>,
    /// Probability that may escape the bound, for gaussian
    #[arg(long, value_name = "PROBABILITY", requires = "release")]
    pub delta: Option<f64>,
    /// The substitute table, for substitute
    #[arg(long, value_name = "FILE", requires = "release")]
    pub table: Option<PathBuf>,
    /// What logits are divided by, for substitute
    #[arg(long, value_name = "T", requires = "release")]
    pub temperature: Option<f64>,
    /// How many nats less likely than the likeliest a substitute may be; or ask for it by --epsilon
    #[arg(
        long,
        value_name = "NATS",
        requires = "release",
        conflicts_with = "epsilon"
    )]
    pub range: Option<f64>,
    /// Local differential privacy of one draw, in nats; alone, of the release that the encoder has
    #[arg(long, value_name = "NATS")]
    pub epsilon: Option<f64>,
    /// Type of the released numbers
    #[arg(long, value_enum)]
    pub dtype: Option<DtypeName>,
    /// Size of a step, for int8
    #[arg(long, value_name = "SIZE", requires = "dtype")]
    pub step: Option<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReleaseName {
    /// As the network computed them
    Exact,
    /// Clipped, with Gaussian noise
    Gaussian,
    /// Clipped, with Laplace noise
    Laplace,
    /// The index of one of many substitutes
    Substitute,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DtypeName {
    /// 32 bits
    F32,
    /// 16 bits
    F16,
    /// 8 bits: whole steps
    Int8,
}

/// Put the substitutes in the place of their indices.
#[derive(Args)]
#[command(
    after_help = "Example:\n  tiprdc resolve features.safetensors --table substitutes.safetensors --out records.safetensors\n\n\
    Features of a `substitute` release are indices; the table has the records that they stand for. The features name the\n\
    table by its SHA-256, and another one is refused (exit code 2)."
)]
pub struct ResolveArgs {
    /// Features of a `substitute` release
    #[arg(value_name = "FEATURES")]
    pub features: PathBuf,
    /// The substitute table
    #[arg(long, value_name = "FILE")]
    pub table: PathBuf,
    /// The file to write: the tensor `features` holds records
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print the records' shape and encoder as JSON
    #[arg(long)]
    pub json: bool,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("expected a number from 0 to 1".into()),
    }
}

fn inner_share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value < 1.0 => Ok(value),
        _ => Err("expected a number between 0 and 1".into()),
    }
}

/// A name may hold a comma with a blank behind it: what was cut there is one name again.
fn whole_names(names: &mut Vec<String>) {
    let mut whole: Vec<String> = Vec::with_capacity(names.len());
    for name in names.drain(..) {
        match whole.last_mut() {
            Some(last) if name.starts_with(' ') => {
                last.push(',');
                last.push_str(&name);
            }
            _ => whole.push(name),
        }
    }
    *names = whole;
}

impl AuditArgs {
    /// The same arguments, where names of columns are whole.
    pub fn with_whole_names(mut self) -> Self {
        for names in [&mut self.private, &mut self.task, &mut self.continuous] {
            whole_names(names);
        }
        self
    }
}

impl InitArgs {
    /// The same arguments, where names of columns are whole.
    pub fn with_whole_names(mut self) -> Self {
        for names in [&mut self.private, &mut self.task] {
            whole_names(names);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_and_a_blank_belong_to_a_name() {
        let names = ["--private", "age,sex, at birth", "--private", "race"];
        let files = [
            "tiprdc",
            "audit",
            "--features",
            "f.npy",
            "--labels",
            "l.csv",
        ];
        let parsed = Arguments::parse_from([&files[..], &names].concat());
        let Command::Audit(args) = parsed.command else {
            panic!("an audit was asked for");
        };
        let args = args.with_whole_names();
        assert_eq!(args.private, ["age", "sex, at birth", "race"]);
    }
}
