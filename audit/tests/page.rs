//! The page: complete, escaped, and unbroken by odd reports.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod pages;
mod samples;

use pages::check_page;
use samples::{attribute, quantity, report, whole};
use tiprdc_audit::{AttributeReport, NotTested, Report, Role};

fn check(report: &Report) -> String {
    check_page(&|| report.to_html())
}

#[test]
fn every_attribute_has_its_name_numbers_and_attackers_on_the_page() {
    let html = check(&whole());
    for text in [
        "gender",
        "0.580",
        "0.550 to 0.610",
        "0.195",
        "0.122 to 0.268",
        "mlp-large",
        "0.640",
        "0.590 to 0.690",
        "0.005",
        "0.910",
        "0.560",
        "0.710",
        "lower is better",
        "higher is better",
        "activity",
        "0.890",
        "knn",
        "age",
        "-0.210",
        "-0.260 to -0.160",
        "0.310",
        "0.720",
        "46ec90d3",
        "8,200",
        "4,100",
        "24 groups",
        "0.410",
        "17.2",
        "0.440",
        "0.043",
        "0.570",
        "240 outsiders",
        "no time or space axis",
        "a note",
    ] {
        assert!(html.contains(text), "{text}");
    }
    let private = html.find("id=\"private\"").unwrap();
    assert!(
        private < html.find("id=\"task\"").unwrap(),
        "private attributes come first"
    );
    for line in whole().advice() {
        let start = line.split([':', '(', '%', '\'']).next().unwrap().trim();
        assert!(html.contains(start), "{line}");
    }
    assert!(html.contains("A lower bound, no guarantee"));
}

#[test]
fn hostile_names_are_text() {
    let names = [
        "<script>alert(1)</script>",
        "\" onload=\"x\" '",
        "https://example.org/url(x)",
        "größe 体重 \u{202e}\u{0}",
    ];
    let mut hostile = report(
        names
            .iter()
            .map(|n| attribute(n, Role::Private, 0.7))
            .collect(),
    );
    hostile.encoder = Some(names[0].to_owned());
    hostile.notes = vec![names[0].to_owned()];
    hostile.not_tested = vec![NotTested {
        what: names[2].to_owned(),
        why: names[1].to_owned(),
    }];
    hostile.attributes[0].sentence = names[0].to_owned();
    hostile.attributes[0].attackers[0].attacker = names[0].to_owned();
    hostile.attributes[0].strongest.attacker = names[1].to_owned();
    let html = check(&hostile);
    assert!(html.contains("&lt;script&gt;alert&#40;1)&lt;&#47;script&gt;"));
    assert!(!html.contains("\" onload"));
    assert!(!html.contains('\u{202e}') && !html.contains('\u{0}'));
    assert!(html.contains("größe 体重"));
    let long = attribute(&"x".repeat(100_000), Role::Task, 0.9);
    check(&report(vec![long]));
}

#[test]
fn odd_reports_do_not_break_the_page() {
    check(&report(Vec::new()));
    let without_private = check(&report(vec![attribute("kept", Role::Task, 0.9)]));
    assert!(without_private.contains("No private attribute was tested"));
    let without_task = check(&report(vec![attribute("secret", Role::Private, 0.5)]));
    assert!(without_task.contains("No task was tested"));
    let many =
        (0..24).map(|i| attribute(&format!("a{i}"), Role::Private, 0.5 + f64::from(i) / 50.0));
    let many = check(&report(many.collect()));
    assert_eq!(many.matches("<article").count(), 24);
    for value in [0.0, 1.0] {
        check(&report(vec![
            attribute("secret", Role::Private, value),
            attribute("kept", Role::Task, value),
        ]));
    }
    // Values outside the axis are drawn at its end, and written as they are.
    let html = check(&report(vec![
        quantity("age", Role::Private, -41.5),
        attribute("kept", Role::Task, 0.9),
    ]));
    assert!(html.contains("-41.500"));
}

#[test]
fn what_is_missing_is_said_and_what_is_no_number_is_not_drawn() {
    let nothing = |attribute: AttributeReport| AttributeReport {
        majority: None,
        unprotected: None,
        unprotected_interval: None,
        unprotected_attacker: None,
        label_only: None,
        nag: None,
        nag_interval: None,
        p_value: None,
        raw_attackers: Vec::new(),
        ..attribute
    };
    let mut bare = nothing(attribute("secret", Role::Private, 0.8));
    let html = check(&report(vec![bare.clone()]));
    assert!(
        html.contains("not computed") && html.contains("share unknown"),
        "{html}"
    );
    for broken in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        bare.chance = broken;
        bare.strongest.value = broken;
        bare.strongest.interval = [broken, broken];
        bare.unprotected = Some(broken);
        bare.nag = Some(broken);
        bare.nag_interval = Some([broken, broken]);
        bare.p_value = Some(broken);
        let mut report = report(vec![bare.clone(), attribute("kept", Role::Task, 0.9)]);
        report.mnag = Some(broken);
        assert!(check(&report).contains("not available"));
    }
}

#[test]
fn the_picture_has_a_row_for_each_attribute_and_escapes_names() {
    let mut report = whole();
    let svg = report.to_svg();
    assert_eq!(
        svg.matches("class=\"bar\"").count(),
        report.attributes.len()
    );
    for text in ["gender", "0.580", "0.550 to 0.610", "lower is better"] {
        assert!(svg.contains(text), "{text}");
    }
    report.attributes[0].name = "<script>\u{202e}&".into();
    let svg = report.to_svg();
    assert!(!svg.contains("<script>") && !svg.contains('\u{202e}'));
    assert!(svg.contains("&lt;script&gt;"));
    // Every element that begins ends.
    for element in ["svg", "text", "style"] {
        let begins = svg.matches(&format!("<{element} ")).count()
            + svg.matches(&format!("<{element}>")).count();
        assert_eq!(
            begins,
            svg.matches(&format!("</{element}>")).count(),
            "{element}"
        );
    }
}
