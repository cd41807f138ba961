//! Whether people of the encoder's training set can be told from others by their features.

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use crate::attackers::member_scores;
use crate::audit::{Audit, Findings, Pair};
use crate::bootstrap::interval;
use crate::features::FeatureSet;
use crate::report::{Membership, NotTested};
use crate::rng::stream;
use crate::units::members;
use rand::RngExt;

/// A rate of one in a hundred needs this many outsiders.
const FEWEST: usize = 100;
/// Rows of each half at most, if they are of enough people; more only take longer.
const MOST_ROWS: usize = 10_000;
/// Draws behind the interval.
const DRAWS: usize = 400;

/// One side: features, the rows that the attacks learn from, and those that are scored, by person or one by one.
struct Side<'a> {
    features: &'a FeatureSet,
    shown: Vec<Vec<usize>>,
    scored: Vec<Vec<usize>>,
}

impl<'a> Side<'a> {
    /// Half of the people each. Whoever is shown is not scored: an attack that knows the person need not know members.
    fn new(
        features: &'a FeatureSet,
        mut people: Vec<Vec<usize>>,
        by_person: bool,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        people.shuffle(rng);
        let scored = people.split_off(people.len() / 2);
        let units = |people: Vec<Vec<usize>>| {
            let rows = || people.iter().flatten().map(|&row| vec![row]).collect();
            limited(if by_person { people } else { rows() })
        };
        Side {
            features,
            shown: units(people),
            scored: units(scored),
        }
    }

    fn units(&self) -> usize {
        self.shown.len() + self.scored.len()
    }

    fn enough(&self) -> bool {
        self.shown.len().min(self.scored.len()) >= FEWEST
    }
}

/// Half of the members and half of the outsiders are shown to the attacks, the other halves are scored.
///
/// # Source
///
/// Carlini et al., Membership Inference Attacks From First Principles, S&P 2022: the rate of members recognised at a
/// low rate of false alarms.
pub(crate) fn measure(audit: &Audit, findings: &mut Findings) -> Option<Membership> {
    let mut refuse = |why: String| {
        findings.not_tested.push(NotTested {
            what: "membership".to_owned(),
            why,
        });
    };
    let Some(outsiders) = &audit.outsiders else {
        refuse("no features of records that the encoder was not trained on".to_owned());
        return None;
    };
    let inside = &audit.features.train;
    let members_of = members(inside.rows(), audit.train_groups.as_deref());
    let others = members(outsiders.features.rows(), outsiders.groups.as_deref());
    let known = audit.train_groups.is_some() && outsiders.groups.is_some();
    let by_person = known && members_of.len().min(others.len()) / 2 >= FEWEST;
    let mut rng = stream(audit.seed, &["membership"]);
    let inside = Side::new(inside, members_of, by_person, &mut rng);
    let outside = Side::new(&outsiders.features, others, by_person, &mut rng);
    if !(inside.enough() && outside.enough()) {
        refuse(format!(
            "{} members and {} outsiders; at least {} of each are needed, half to learn from and half to score, with \
             nobody in both halves",
            inside.units(),
            outside.units(),
            2 * FEWEST
        ));
        return None;
    }
    if !by_person {
        findings.notes.push(
            "membership is tested for rows, as fewer than 200 people are known on one side; rows of one person hang \
             together, so that its interval is too narrow"
                .to_owned(),
        );
    }
    let found = attacks(&inside, &outside, audit.seed);
    let best = found.into_iter().reduce(|best, next| {
        if rate(&next.1, &next.2) > rate(&best.1, &best.2) {
            next
        } else {
            best
        }
    });
    let (attack, members, outsiders) = best.expect("there are two attacks");
    let value = rate(&members, &outsiders);
    let draws: Vec<f64> = (0..DRAWS)
        .map(|_| rate(&redraw(&members, &mut rng), &redraw(&outsiders, &mut rng)))
        .collect();
    Some(Membership {
        attack: attack.to_owned(),
        tpr_at_1_fpr: value,
        interval: interval(&draws),
        auc: area(&members, &outsiders),
        members: members.len(),
        outsiders: outsiders.len(),
        sentence: format!(
            "Of 100 {} the encoder was trained on, an attacker recognises {:.0} while taking 1 in 100 others for one of \
             them; guessing recognises 1.",
            if by_person { "people" } else { "records" },
            value * 100.0
        ),
    })
}

/// Scores of the members and of the outsiders that were not shown, for each attack.
fn attacks(inside: &Side, outside: &Side, seed: u64) -> Vec<(&'static str, Vec<f64>, Vec<f64>)> {
    let pair = Pair {
        train: stacked(&[(inside, &inside.shown), (outside, &outside.shown)]),
        test: stacked(&[(inside, &inside.scored), (outside, &outside.scored)]),
    };
    let insiders: usize = inside.shown.iter().map(Vec::len).sum();
    let labels: Vec<u32> = (0..pair.train.rows())
        .map(|row| u32::from(row < insiders))
        .collect();
    member_scores(&pair, &labels, seed)
        .into_iter()
        .map(|(name, scores)| {
            let mut scores = scores.into_iter();
            let mut means = |units: &[Vec<usize>]| -> Vec<f64> {
                let mean = |rows: &Vec<usize>| {
                    scores.by_ref().take(rows.len()).sum::<f64>() / rows.len() as f64
                };
                units.iter().map(mean).collect()
            };
            let members = means(&inside.scored);
            (name, members, means(&outside.scored))
        })
        .collect()
}

/// As many units as have the rows that are looked at.
fn limited(mut units: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut rows = 0;
    let enough = units.iter().position(|unit| {
        rows += unit.len();
        rows > MOST_ROWS
    });
    units.truncate(enough.unwrap_or(units.len()).max(FEWEST));
    units
}

fn stacked(parts: &[(&Side, &Vec<Vec<usize>>)]) -> FeatureSet {
    let mut data = Vec::new();
    let mut rows = 0;
    for (side, units) in parts {
        let width = side.features.width();
        for &row in units.iter().flatten() {
            data.extend_from_slice(&side.features.data()[row * width..][..width]);
            rows += 1;
        }
    }
    let shape = parts[0].0.features.shape().to_vec();
    FeatureSet::new(rows, shape, data).expect("both sides have the same shape")
}

/// Share of members above the score that one outsider in a hundred reaches.
fn rate(members: &[f64], outsiders: &[f64]) -> f64 {
    let mut sorted = outsiders.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let limit = sorted[sorted.len() / 100];
    members.iter().filter(|&&score| score > limit).count() as f64 / members.len() as f64
}

/// Chance that a member scores above an outsider, ties counting half.
fn area(members: &[f64], outsiders: &[f64]) -> f64 {
    let mut sorted = outsiders.to_vec();
    sorted.sort_by(f64::total_cmp);
    let wins = members.iter().map(|score| {
        let below = sorted.partition_point(|other| other < score);
        let up_to = sorted.partition_point(|other| other <= score);
        (below + up_to) as f64 / 2.0
    });
    wins.sum::<f64>() / (members.len() * outsiders.len()) as f64
}

fn redraw(scores: &[f64], rng: &mut ChaCha8Rng) -> Vec<f64> {
    (0..scores.len())
        .map(|_| scores[rng.random_range(0..scores.len())])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_false_alarm_in_a_hundred_is_allowed() {
        let outsiders: Vec<f64> = (0..200).map(f64::from).collect();
        // Two of 200 may be above the limit: 198 and 199.
        assert_eq!(rate(&[150.0, 197.0, 197.5, 300.0], &outsiders), 0.5);
        assert_eq!(rate(&[1.0], &outsiders), 0.0);
        assert_eq!(area(&[300.0, -1.0], &outsiders), 0.5);
        assert_eq!(area(&[5.0], &[5.0]), 0.5);
    }

    #[test]
    fn people_with_many_rows_are_still_enough_people() {
        let people = |count: usize, rows: usize| limited(vec![vec![0; rows]; count]).len();
        assert_eq!(people(150, 1000), FEWEST);
        assert_eq!(people(150, 10), 150);
        assert_eq!(people(20_000, 1), MOST_ROWS);
    }

    #[test]
    fn nobody_is_shown_and_scored() {
        let features = FeatureSet::new(60, vec![1], vec![0.0; 60]).expect("60 rows of one number");
        let groups: Vec<u32> = (0..60).map(|row| row % 6).collect();
        let side = Side::new(
            &features,
            members(60, Some(&groups)),
            false,
            &mut stream(4, &[]),
        );
        let people = |units: &[Vec<usize>]| -> Vec<u32> {
            let mut people: Vec<u32> = units.iter().flatten().map(|&row| groups[row]).collect();
            people.sort_unstable();
            people.dedup();
            people
        };
        let (shown, scored) = (people(&side.shown), people(&side.scored));
        assert_eq!((shown.len(), scored.len()), (3, 3));
        assert!(shown.iter().all(|person| !scored.contains(person)));
        assert!(
            side.units() == 60 && !side.enough(),
            "rows are scored one by one"
        );
    }
}
