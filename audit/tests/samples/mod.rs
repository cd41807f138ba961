//! Reports made by hand.

#![allow(dead_code, reason = "every test file uses some of these")]

use tiprdc_audit::{
    AttackerResult, AttributeReport, Drawn, ImageQuality, Membership, NotTested, Reconstruction,
    Repeated, Report, Role, Rows, Strongest,
};

fn attackers(best: f64) -> Vec<AttackerResult> {
    let result = |attacker: &str, value: f64| AttackerResult {
        attacker: attacker.to_owned(),
        value,
        auc: Some(value + 0.06),
        seconds: None,
    };
    vec![result("knn", best - 0.05), result("mlp-large", best)]
}

/// An attribute of two classes, 0.91 on raw inputs.
pub fn attribute(name: &str, role: Role, value: f64) -> AttributeReport {
    AttributeReport {
        name: name.to_owned(),
        role,
        kind: "categorical".to_owned(),
        classes: Some(2),
        metric: "balanced_accuracy".to_owned(),
        direction: match role {
            Role::Private => "lower is better".to_owned(),
            Role::Task => "higher is better".to_owned(),
        },
        sentence: format!("{name} is guessed right."),
        chance: 0.5,
        majority: Some(0.6),
        unprotected: Some(0.91),
        unprotected_interval: Some([0.89, 0.93]),
        unprotected_attacker: Some("mlp-large".to_owned()),
        label_only: (role == Role::Private).then_some(0.56),
        nag: Some((value - 0.5) / 0.41),
        nag_interval: Some([(value - 0.53) / 0.41, (value - 0.47) / 0.41]),
        strongest: Strongest {
            attacker: "mlp-large".to_owned(),
            value,
            interval: [value - 0.03, value + 0.03],
            auc: Some(value + 0.06),
            auc_interval: Some([value + 0.01, value + 0.11]),
            accuracy: Some(value),
            rank_correlation: None,
        },
        p_value: Some(0.005),
        repeated: None,
        attackers: attackers(value),
        raw_attackers: attackers(0.91),
        failed: Vec::new(),
    }
}

/// A continuous attribute, 0.72 on raw inputs.
pub fn quantity(name: &str, role: Role, value: f64) -> AttributeReport {
    let mut quantity = AttributeReport {
        kind: "continuous".to_owned(),
        classes: None,
        metric: "r2".to_owned(),
        chance: 0.0,
        majority: None,
        unprotected: Some(0.72),
        label_only: None,
        nag: Some(value / 0.72),
        nag_interval: Some([(value - 0.05) / 0.72, (value + 0.05) / 0.72]),
        raw_attackers: Vec::new(),
        ..attribute(name, role, value)
    };
    quantity.strongest = Strongest {
        interval: [value - 0.05, value + 0.05],
        auc: None,
        auc_interval: None,
        accuracy: None,
        rank_correlation: Some(0.31),
        ..quantity.strongest
    };
    quantity
}

/// A report of these attributes and little else.
pub fn report(attributes: Vec<AttributeReport>) -> Report {
    Report {
        format: 1,
        encoder: Some("46ec90d3".to_owned()),
        seed: 7,
        rows: Rows {
            train: 8200,
            test: 4100,
        },
        shape: vec![16, 25],
        drawn: Drawn {
            unit: "groups".to_owned(),
            count: 24,
        },
        attributes,
        mnag: Some(0.72),
        reconstruction: None,
        membership: None,
        not_tested: vec![NotTested {
            what: "conv on the raw inputs".to_owned(),
            why: "rows of shape [60] keep no time or space axis".to_owned(),
        }],
        notes: Vec::new(),
    }
}

/// Everything that a report can hold, at once.
pub fn whole() -> Report {
    let mut gender = attribute("gender", Role::Private, 0.58);
    gender.repeated = Some(Repeated {
        draws: 5.0,
        attacker: "knn".to_owned(),
        value: 0.71,
        interval: [0.68, 0.74],
    });
    let mut whole = report(vec![
        gender,
        quantity("age", Role::Private, -0.21),
        attribute("activity", Role::Task, 0.89),
    ]);
    whole.reconstruction = Some(Reconstruction {
        decoder: "mlp".to_owned(),
        normalised_mse: 0.41,
        interval: [0.39, 0.43],
        psnr: Some(17.2),
        ms_ssim: Some(0.44),
        baseline: Some(ImageQuality {
            psnr: 12.9,
            ms_ssim: 0.21,
        }),
        sentence: "A decoder removes 59 % of the error.".to_owned(),
    });
    whole.membership = Some(Membership {
        attack: "distance".to_owned(),
        tpr_at_1_fpr: 0.043,
        interval: [0.021, 0.068],
        auc: 0.57,
        members: 1,
        outsiders: 240,
        sentence: "4 of 100 members are recognised.".to_owned(),
    });
    whole.notes = vec!["a note".to_owned()];
    whole
}
