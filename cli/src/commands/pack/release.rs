//! Another release for an encoder.

use crate::args::{DtypeName, ReleaseArgs, ReleaseName};
use crate::commands::resolve::table;
use crate::failure::{Failure, Result};
use tiprdc::{Dtype, Manifest, OutputSpec, Release};

/// Changes the manifest's release as asked; says whether it did.
pub fn change(manifest: &mut Manifest, args: &ReleaseArgs) -> Result<bool> {
    let before = (manifest.release.clone(), manifest.output.clone());
    // The network's own output, whatever is released of it.
    let network = match &manifest.release {
        Release::Substitute { count, .. } => vec![*count],
        _ => manifest.output.shape.clone(),
    };
    match (args.release, args.epsilon) {
        (Some(name), _) => manifest.release = release(name, args, &network)?,
        (None, Some(epsilon)) => manifest.release = manifest.release.with_epsilon(epsilon)?,
        (None, None) => {}
    }
    manifest.output.shape = match &manifest.release {
        Release::Substitute { .. } => vec![1],
        _ => network,
    };
    round(&mut manifest.output, args)?;
    Ok(before != (manifest.release.clone(), manifest.output.clone()))
}

fn round(output: &mut OutputSpec, args: &ReleaseArgs) -> Result {
    let Some(dtype) = args.dtype else {
        return Ok(());
    };
    output.dtype = match dtype {
        DtypeName::F32 => Dtype::F32,
        DtypeName::F16 => Dtype::F16,
        DtypeName::Int8 => Dtype::Int8,
    };
    if dtype == DtypeName::Int8 && args.step.is_none() {
        return Err(Failure::input(
            "--dtype int8 needs --step, the size of a step: the largest feature to be told apart, divided by 127",
        ));
    }
    output.scale = args.step;
    Ok(())
}

fn release(name: ReleaseName, args: &ReleaseArgs, network: &[usize]) -> Result<Release> {
    let given = Given { name, args };
    match name {
        ReleaseName::Exact => given.only(&[]).map(|()| Release::Exact),
        ReleaseName::Gaussian => {
            given.only(&["clip", "scale", "delta", "epsilon"])?;
            let (clip, delta) = (given.number("clip")?, given.number("delta")?);
            Ok(match args.epsilon {
                Some(epsilon) => Release::gaussian_for_epsilon(clip, epsilon, delta)?,
                None => Release::gaussian(clip, given.number("scale")?, delta)?,
            })
        }
        ReleaseName::Laplace => {
            given.only(&["clip", "scale", "epsilon"])?;
            let clip = given.number("clip")?;
            Ok(match args.epsilon {
                Some(epsilon) => Release::laplace_for_epsilon(clip, epsilon)?,
                None => Release::laplace(clip, given.number("scale")?)?,
            })
        }
        ReleaseName::Substitute => {
            given.only(&["table", "temperature", "range", "epsilon"])?;
            substitute(&given, network)
        }
    }
}

fn substitute(given: &Given, network: &[usize]) -> Result<Release> {
    let path = given.args.table.as_ref();
    let path = path.ok_or_else(|| given.missing("table"))?;
    let table = table(path)?;
    if network != [table.count()] {
        return Err(Failure::input(format!(
            "{}: the table has {} substitutes, and the network's output has shape {network:?}; expected one logit each",
            path.display(),
            table.count()
        )));
    }
    let temperature = given.number("temperature")?;
    let of = |range| Release::substitute(table.count(), temperature, range, table.digest());
    Ok(match given.args.epsilon {
        // Any range: what epsilon asks for takes its place.
        Some(epsilon) => of(1.0)?.with_epsilon(epsilon)?,
        None => of(given.number("range")?)?,
    })
}

/// The arguments of one release.
struct Given<'a> {
    name: ReleaseName,
    args: &'a ReleaseArgs,
}

impl Given<'_> {
    fn numbers(&self) -> [(&'static str, Option<f64>); 6] {
        [
            ("clip", self.args.clip),
            ("scale", self.args.scale),
            ("delta", self.args.delta),
            ("temperature", self.args.temperature),
            ("range", self.args.range),
            ("epsilon", self.args.epsilon),
        ]
    }

    fn number(&self, name: &str) -> Result<f64> {
        let found = self.numbers().into_iter().find(|(known, _)| *known == name);
        found
            .and_then(|(_, value)| value)
            .ok_or_else(|| self.missing(name))
    }

    /// Refuses what this release has no use for: who gives it expects an effect.
    fn only(&self, known: &[&str]) -> Result {
        let table = ("table", self.args.table.as_ref().map(|_| 0.0));
        let given = self.numbers().into_iter().chain([table]);
        let mut other = given.filter(|(name, value)| value.is_some() && !known.contains(name));
        match other.next() {
            None => Ok(()),
            Some((name, _)) => Err(Failure::input(format!(
                "--{name} does not belong to a release of kind `{}`",
                self.word()
            ))),
        }
    }

    fn missing(&self, name: &str) -> Failure {
        let or = match name {
            "scale" | "range" => " or --epsilon",
            _ => "",
        };
        Failure::input(format!("--release {} needs --{name}{or}", self.word()))
    }

    fn word(&self) -> &'static str {
        match self.name {
            ReleaseName::Exact => "exact",
            ReleaseName::Gaussian => "gaussian",
            ReleaseName::Laplace => "laplace",
            ReleaseName::Substitute => "substitute",
        }
    }
}
