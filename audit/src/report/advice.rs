//! What to do next, in plain words.

use crate::labels::Role;
use crate::report::verdict::{HIDDEN, LITTLE, gain};
use crate::report::words::{count, list, number, percent};
use crate::report::{AttributeReport, Report};

/// With fewer people than this among the test rows, a few of them decide the result.
const FEW_GROUPS: usize = 30;
/// With fewer test rows than this, intervals are wide.
const FEW_ROWS: usize = 300;
/// A score this near to the tasks' labels alone leaves an encoder nothing to hide.
const NEAR_FLOOR: f64 = 0.02;
/// Probability from which guessing explains a score well enough.
const CHANCE: f64 = 0.05;
/// Number of names before "and N more".
const NAMED: usize = 6;

impl Report {
    /// What to do next: short sentences in plain words, the most important first. Never empty.
    ///
    /// # Privacy
    ///
    /// Advice follows from what was measured. That nothing is advised about an attribute is no promise about it.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn print(report: &tiprdc_audit::Report) {
    /// for line in report.advice() {
    ///     println!("- {line}");
    /// }
    /// # }
    /// ```
    pub fn advice(&self) -> Vec<String> {
        let rules = [
            self.name_private(),
            self.beyond_any_encoder(),
            self.hide_more(),
            self.stop_repeating(),
            self.blur(),
            self.forget_members(),
            self.give_raw_inputs(),
            self.split_by_person(),
            self.other_records(),
            self.collect_more(),
            self.undecided(),
            self.keep_more(),
            self.nearly_hidden(),
            self.absence_of_evidence(),
            self.name_tasks(),
            self.test_the_rest(),
        ];
        let mut advice: Vec<String> = rules.into_iter().flatten().collect();
        if advice.is_empty() {
            advice.push(
                "Nothing measured here speaks against the release. Repeat the audit when the encoder, the people or \
                 the way of sending change, and publish it with the encoder."
                    .to_owned(),
            );
        }
        advice
    }

    fn role(&self, role: Role) -> impl Iterator<Item = &AttributeReport> {
        self.attributes.iter().filter(move |a| a.role == role)
    }

    /// Private attributes whose interval ends above what counts as little, and does not start below hidden.
    fn leaking(&self) -> impl Iterator<Item = &AttributeReport> {
        self.role(Role::Private).filter(|attribute| {
            gain(attribute).is_some_and(|(_, [low, high])| high > LITTLE && low > HIDDEN)
        })
    }

    fn other_records(&self) -> Option<String> {
        let shared = |note: &String| note.contains("test rows are, number for number");
        self.notes.iter().any(shared).then(|| {
            "Repeat the audit with test records that no attacker has learnt from: with one file, --features and \
             --labels cut it in two."
                .to_owned()
        })
    }

    fn name_private(&self) -> Option<String> {
        self.role(Role::Private).next().is_none().then(|| {
            "Name the attributes to be hidden (private): this audit measured usefulness only, and says nothing about \
             leakage."
                .to_owned()
        })
    }

    fn beyond_any_encoder(&self) -> Option<String> {
        let names = named(self.leaking().filter(|a| at_floor(a)))?;
        Some(format!(
            "The tasks themselves give away {names}: their labels alone tell about as much as the features do, and no \
             encoder that keeps them in full can change that. Drop or coarsen the task that tells it, or state openly that it \
             is not hidden."
        ))
    }

    fn hide_more(&self) -> Option<String> {
        let leaking: Vec<&AttributeReport> = self.leaking().filter(|a| !at_floor(a)).collect();
        let names = named(leaking.iter().copied())?;
        let upper = highest(&leaking);
        let floor = if leaking.iter().any(|a| a.label_only.is_some()) {
            " No encoder that keeps the tasks in full gets below what their labels alone tell."
        } else {
            ""
        };
        Some(format!(
            "Hide more of {names}: attackers may get up to {} of what the raw inputs give away. Try \
             method `neighbour_substitution` (tasks unknown) or `substitution` (tasks known), or compare others with \
             `tiprdc sweep`; then audit again.{floor}",
            percent(upper)
        ))
    }

    fn stop_repeating(&self) -> Option<String> {
        let leaks_more = |a: &&AttributeReport| {
            let repeated = a.repeated.as_ref();
            repeated.is_some_and(|repeated| repeated.interval[0] > a.strongest.interval[1])
        };
        let names = named(self.role(Role::Private).filter(leaks_more))?;
        Some(format!(
            "Send each record once, or draw the noise once per record and keep it: averaging several draws gives away \
             more of {names}."
        ))
    }

    fn blur(&self) -> Option<String> {
        let reconstruction = self.reconstruction.as_ref()?;
        let error = reconstruction.normalised_mse;
        (error < 0.5).then(|| {
            format!(
                "Inputs can be drawn again from the features (error {} of naming the mean): send fewer features or \
                 lower their precision, and treat features like the inputs themselves.",
                percent(error)
            )
        })
    }

    fn forget_members(&self) -> Option<String> {
        let membership = self.membership.as_ref()?;
        (membership.interval[0] > 0.01).then(|| {
            "People of the training set can be recognised by their features: train on more people, for fewer epochs \
             or with more regularisation, and do not publish features of the training set."
                .to_owned()
        })
    }

    fn give_raw_inputs(&self) -> Option<String> {
        let missing = |a: &AttributeReport| a.unprotected.is_none();
        (!self.attributes.is_empty() && self.attributes.iter().all(missing)).then(|| {
            "Give the raw inputs too (--raw, or --raw-train-features and --raw-test-features): without them the share \
             of the leakage and of the usefulness that is left is unknown, and the gate cannot pass."
                .to_owned()
        })
    }

    fn split_by_person(&self) -> Option<String> {
        let shared = |note: &String| note.contains("groups that are in the training rows");
        self.notes.iter().any(shared).then(|| {
            "Repeat the audit with a split by person (--groups with --features and --labels makes one): some people are in the training and in the test rows, and \
             recognising them may stand in for knowing the attribute."
                .to_owned()
        })
    }

    fn collect_more(&self) -> Option<String> {
        if self.drawn.unit == "groups" && self.drawn.count < FEW_GROUPS {
            return Some(format!(
                "Collect more people: the test rows come from {} only, so a handful decides the result. {FEW_GROUPS} \
                 or more make the intervals worth reading.",
                match self.drawn.count {
                    1 => "1 person".to_owned(),
                    people => format!("{people} people"),
                }
            ));
        }
        (self.rows.test < FEW_ROWS).then(|| {
            format!(
                "Test on more rows: {} leave the intervals wide.",
                count(self.rows.test, "row")
            )
        })
    }

    fn undecided(&self) -> Option<String> {
        let wide = |a: &&AttributeReport| {
            gain(a).is_some_and(|(_, [low, high])| high > LITTLE && low <= HIDDEN)
        };
        let wide: Vec<&AttributeReport> = self.role(Role::Private).filter(wide).collect();
        let names = named(wide.iter().copied())?;
        Some(format!(
            "More test data would decide about {names}: the interval reaches from hidden up to {}. Until then count \
             it as leaking.",
            percent(highest(&wide))
        ))
    }

    fn keep_more(&self) -> Option<String> {
        let lost = |a: &&AttributeReport| gain(a).is_some_and(|(nag, _)| nag < 0.5);
        let names = named(self.role(Role::Task).filter(lost))?;
        Some(format!(
            "Keep more of {names}: less than half of what the raw inputs give is left. Name it as a task in training, \
             give privacy less weight or send more features, and compare the strengths with `tiprdc sweep`."
        ))
    }

    fn nearly_hidden(&self) -> Option<String> {
        let near = |a: &&AttributeReport| {
            gain(a).is_some_and(|(_, [_, high])| high > HIDDEN && high <= LITTLE)
        };
        let names = named(self.role(Role::Private).filter(near))?;
        Some(format!(
            "Little is left of {names}, but the interval ends above {} of the raw inputs' gain: decide whether that \
             is good enough before looking at more results.",
            percent(HIDDEN)
        ))
    }

    fn absence_of_evidence(&self) -> Option<String> {
        let quiet = |a: &&AttributeReport| a.p_value.is_some_and(|p| p > CHANCE);
        let quiet: Vec<&AttributeReport> = self.role(Role::Private).filter(quiet).collect();
        let names = named(quiet.iter().copied())?;
        let lowest = quiet.iter().filter_map(|a| a.p_value);
        Some(format!(
            "Do not read \"no better than guessing\" about {names} (p = {}) as safe: more rows or a stronger attacker \
             may still find something.",
            number(lowest.fold(f64::INFINITY, f64::min))
        ))
    }

    fn name_tasks(&self) -> Option<String> {
        self.role(Role::Task).next().is_none().then(|| {
            "Name tasks too: hiding everything is easy, and only tasks show what the features are still good for."
                .to_owned()
        })
    }

    fn test_the_rest(&self) -> Option<String> {
        let mut missing: Vec<String> = Vec::new();
        for not in &self.not_tested {
            // Attackers that do not fit the shape of the rows are no gap that anybody could close.
            if !not.why.contains("keep no time or space axis") && !missing.contains(&not.what) {
                missing.push(not.what.clone());
            }
        }
        let missing = abridged(missing)?;
        Some(format!(
            "Measure what is still open, and claim nothing about it until then: {missing}."
        ))
    }
}

/// Whether the tasks' labels alone reach about what the features do. Where they tell much more, the features do not hold
/// the tasks in full, and what leaks may be something else.
fn at_floor(attribute: &AttributeReport) -> bool {
    let (value, [low, high]) = (attribute.strongest.value, attribute.strongest.interval);
    let about = low.min(value - NEAR_FLOOR)..=high.max(value + NEAR_FLOOR);
    attribute
        .label_only
        .is_some_and(|floor| about.contains(&floor))
}

fn highest(attributes: &[&AttributeReport]) -> f64 {
    let upper = attributes.iter().filter_map(|a| gain(a)).map(|(_, i)| i[1]);
    upper.fold(f64::NEG_INFINITY, f64::max)
}

fn named<'a>(attributes: impl Iterator<Item = &'a AttributeReport>) -> Option<String> {
    abridged(attributes.map(|a| a.name.clone()).collect())
}

/// A list in a sentence, cut after the first few; `None` when it is empty.
fn abridged(mut names: Vec<String>) -> Option<String> {
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    (!names.is_empty()).then(|| list(&names))
}
