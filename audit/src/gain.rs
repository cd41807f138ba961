//! The normalised gain: what features give away, as a share of what the raw inputs do.

use crate::bootstrap::{Draws, interval};
use crate::labels::Role;
use crate::report::{AttributeReport, NotTested};
use crate::stats::nag;

/// The raw inputs must beat chance by this much before a gain is measured against them.
const MARGIN: f64 = 0.01;

/// Scores that a gain is made of.
pub(crate) struct Scores<'a> {
    /// The strongest attacker's on the features.
    pub features: f64,
    /// The strongest attacker's on the raw inputs, with its interval.
    pub raw: Option<(f64, [f64; 2])>,
    /// What guessing reaches.
    pub chance: f64,
    /// Both once more, in every draw.
    pub draws: &'a Draws,
}

/// The gain with its interval, or why there is none.
pub(crate) fn gain(attribute: &str, scores: &Scores) -> Result<(f64, [f64; 2]), NotTested> {
    let Scores { chance, draws, .. } = *scores;
    match scores.raw {
        Some((raw, [low, _])) if low > chance && raw - chance >= MARGIN => {
            let gain_of =
                |(value, raw): (&f64, &f64)| nag(*value, raw.max(chance + MARGIN), chance);
            let gains: Vec<f64> = draws.features.iter().zip(&draws.raw).map(gain_of).collect();
            Ok((nag(scores.features, raw, chance), interval(&gains)))
        }
        Some(_) => Err("attackers on the raw inputs do no better than chance"),
        None => Err("no raw inputs given"),
    }
    .map_err(|why| NotTested {
        what: format!("normalised gain of {attribute}"),
        why: why.to_owned(),
    })
}

/// Mean NAG of the tasks minus mean NAG of the private attributes, or why there is none.
pub(crate) fn mnag(attributes: &[AttributeReport]) -> Result<f64, NotTested> {
    match (mean(attributes, Role::Task), mean(attributes, Role::Private)) {
        (Some(tasks), Some(private)) => Ok(tasks - private),
        _ => Err(NotTested {
            what: "mnag".to_owned(),
            why: "needs a normalised gain for at least one task and one private attribute, and for all of them"
                .to_owned(),
        }),
    }
}

/// Mean NAG of the attributes of one role; `None` when there are none, or one of them lacks it.
pub(crate) fn mean(attributes: &[AttributeReport], role: Role) -> Option<f64> {
    let of_role = attributes.iter().filter(|a| a.role == role);
    let gains: Option<Vec<f64>> = of_role
        .map(|a| a.nag.filter(|nag| nag.is_finite()))
        .collect();
    let gains = gains.filter(|gains| !gains.is_empty())?;
    Some(gains.iter().sum::<f64>() / gains.len() as f64)
}
