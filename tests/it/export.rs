//! The log as evidence for others: every field, who let it pass, and nothing that a spreadsheet would compute.

use crate::team::{MQL, Team, approved};

/// The cells of CSV as RFC 4180 has it.
fn parsed(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {
                letters.next();
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !quoted, "{text}");
    rows
}

/// The export as rows of cells by name of the column.
fn exported(team: &Team, more: &[&str]) -> Vec<std::collections::BTreeMap<String, String>> {
    let text = team.environment.canon(&[&["log", "--format", "csv"], more].concat()).expect(0).stdout;
    let rows = parsed(&text);
    let (names, rows) = rows.split_first().expect("names");
    assert!(rows.iter().all(|row| row.len() == names.len()), "{text}");
    rows.iter().map(|row| names.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}

#[test]
fn every_field_is_a_line_with_all_that_an_auditor_asks() {
    let team = Team::new();
    let change = approved(&team);
    team.merge();
    let rows = exported(&team, &["qualification/mql"]);
    let row = rows.iter().find(|row| row["field"] == "/requalify/cooling_off").expect("the field");
    let told = |column: &str| row[column].as_str();
    assert_eq!((told("change"), told("document"), told("impact")), (change.as_str(), "qualification/mql", "major"));
    assert_eq!((told("before"), told("after")), ("{\"days\":60}", "{\"days\":70}"));
    assert_eq!((told("version_before"), told("version_after")), ("1.0.0", "2.0.0"));
    assert_eq!((told("proposer"), told("why"), told("policy_version")), ("keeper", "Because.", "2.0.0"));
    let key = |person: &str| {
        let shown = team.environment.program("ssh-keygen", &["-l", "-f", &team.key(person)]).expect(0).stdout;
        shown.split(' ').nth(1).expect("a fingerprint").to_owned()
    };
    assert_eq!(told("proposer_key"), key("keeper"));
    for (person, role) in [("marketing", "cmo"), ("sales", "cro")] {
        let by = format!("{person} approved as {role} at ");
        assert!(told("decisions").contains(&by) && told("decisions").contains(&key(person)), "{}", told("decisions"));
    }
    let commit = team.environment.git(&["rev-parse", "HEAD"]);
    assert_eq!(told("commit"), commit.trim());
}

#[test]
fn a_period_a_person_and_a_definition_narrow_it() {
    let team = Team::new();
    let change = approved(&team);
    team.merge();
    let day = exported(&team, &[])[0]["landed"].clone();
    let changes = |more: &[&str]| {
        let mut found: Vec<String> = exported(&team, more).into_iter().map(|row| row["change"].clone()).collect();
        found.dedup();
        found
    };
    let all = changes(&[]);
    assert_eq!((all.len(), &all[0]), (2, &change), "newest first");
    assert_eq!(changes(&["--person", "sales"]), std::slice::from_ref(&change));
    assert_eq!(changes(&["--person", "keeper"]), all);
    assert_eq!(changes(&["qualification/mql"]), [change]);
    assert_eq!(changes(&["--since", &day, "--until", &day]), all);
    assert!(changes(&["--since", "2999-01-01"]).is_empty() && changes(&["--until", "1999-12-31"]).is_empty());
    let ran = team.environment.canon(&["log", "--person", "sals"]).expect(2);
    assert!(ran.stderr.contains("did you mean `sales`?"), "{ran}");
    let ran = team.environment.canon(&["check", "--format", "csv"]).expect(2);
    assert!(ran.stderr.contains("no format `csv`"), "{ran}");
}

#[test]
fn no_cell_is_computed_and_no_line_is_broken() {
    let team = Team::new();
    let from = team.environment.read(MQL);
    let name = from.lines().find(|line| line.starts_with("  \"name\"")).expect("a name").to_owned();
    team.environment.edit(MQL, &name, r#"  "name": "=HYPERLINK(\"https://evil.example\";\"x\"),","#);
    team.environment.canon(&["fmt"]).expect(0);
    let key = team.key("keeper");
    let title = "@SUM(A1) | <b>";
    team.environment.canon(&["propose", "--title", title, "--why", "+1\n-2", "--key", &key]).expect(0);
    let change = team.environment.git(&["branch", "--show-current"]).trim().replacen("change/", "", 1);
    team.approve("revops", &change);
    team.approve("marketing", &change);
    team.merge();
    let rows = exported(&team, &["qualification/mql"]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    for cell in rows.iter().flat_map(|row| row.values()) {
        assert!(!cell.starts_with(['=', '+', '-', '@']) && !cell.contains(['\u{1b}', '\n', '\r']), "{cell:?}");
    }
    assert!(rows[0]["after"].starts_with("'=HYPERLINK(\"https://evil.example\""), "{rows:?}");
    assert_eq!((rows[0]["title"].as_str(), rows[0]["why"].as_str()), ("'@SUM(A1) | <b>", "'+1\\n-2"));
    let page = team.environment.canon(&["log", "--format", "markdown"]).expect(0).stdout;
    assert!(!page.contains("<b>") && page.contains("| change | landed |"), "{page}");
}
