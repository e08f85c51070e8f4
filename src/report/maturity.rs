//! Maturity matrices as people read them: a table of rows and stages, then what is missing for the next stage.

use crate::maturity::{Assessment, JudgedCell, JudgedRow, Piece, Status, Unseen, Whole};
use crate::operations::maturity::Maturity;
use crate::text::{line, markdown as plain};

/// Matrices as text.
#[must_use]
pub fn text(maturity: &Maturity) -> String {
    let mut parts: Vec<String> = maturity.matrices.iter().map(matrix).collect();
    parts.extend(maturity.unreadable.iter().map(|name| unreadable(&line(name))));
    if parts.is_empty() {
        parts.push(none());
    }
    if let Some(Unseen { why, next }) = &maturity.unseen {
        parts.push(format!("The history was not looked at: {}.\n{}\n", line(why), line(next)));
    }
    parts.join("\n")
}

/// Matrices as Markdown.
#[must_use]
pub fn markdown(maturity: &Maturity) -> String {
    let mut parts: Vec<String> = maturity.matrices.iter().map(|matrix| page(matrix, maturity)).collect();
    parts.extend(maturity.unreadable.iter().map(|name| unreadable(&plain(name))));
    if parts.is_empty() {
        parts.push(none());
    }
    if let Some(Unseen { why, next }) = &maturity.unseen {
        parts.push(format!("The history was not looked at: {}. {}\n", plain(why), plain(next)));
    }
    parts.join("\n")
}

fn none() -> String {
    "This registry holds no maturity matrix, which would be a definition of kind `maturity`.\n\
     `canon init` in an empty repository writes two to start from.\n"
        .to_owned()
}

fn unreadable(name: &str) -> String {
    format!("{name} is not written as its schema says; type `canon check`.\n")
}

fn matrix(assessment: &Assessment) -> String {
    let mut out = format!("{}\n", line(&assessment.name));
    out.push_str(&format!("{}\n\n", line(&standing(assessment))));
    out.push_str(&table(assessment));
    let below: Vec<String> = assessment.rows.iter().filter_map(|row| missing(assessment, row)).collect();
    if below.is_empty() {
        out.push_str("\nNothing is missing.\n");
    } else {
        out.push_str(&format!("\nMissing for the next stage\n\n{}", below.join("\n")));
    }
    out
}

/// Where the whole stands, and which row moves next, in a sentence.
fn standing(assessment: &Assessment) -> String {
    let by = match assessment.whole {
        Whole::LowestRow => "as its lowest row does",
        Whole::HalfOfRows => "as half of its rows do at least",
    };
    let stands = match stage(assessment, assessment.reached) {
        Some(stage) => format!("stands in stage {}", numbered(assessment, assessment.reached, stage)),
        None => "stands in no stage yet".to_owned(),
    };
    let next = assessment.next.and_then(|at| assessment.rows.get(at));
    let next = next.map_or_else(String::new, |row| format!(" To move next: {}.", row.name));
    format!("It {stands}, {by}.{next}")
}

fn numbered(assessment: &Assessment, reached: usize, stage: &str) -> String {
    format!("{reached} of {}, \"{stage}\"", assessment.stages.len())
}

/// The name of the highest stage of those reached.
fn stage(assessment: &Assessment, reached: usize) -> Option<&str> {
    Some(&assessment.stages.get(reached.checked_sub(1)?)?.name)
}

fn table(assessment: &Assessment) -> String {
    let mut rows = vec![vec!["".to_owned()]];
    rows[0].extend(assessment.stages.iter().enumerate().map(|(at, stage)| format!("{} {}", at + 1, line(&stage.name))));
    for row in &assessment.rows {
        let cells = row.cells.iter().enumerate().map(|(at, cell)| mark(row, at, cell));
        rows.push(std::iter::once(line(&row.name)).chain(cells).collect());
    }
    let columns = assessment.stages.len() + 1;
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let told = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end().to_owned() + "\n"
    };
    rows.iter().map(told).collect()
}

/// How far a cell is: reached, or how much of its evidence is there.
fn mark(row: &JudgedRow, at: usize, cell: &JudgedCell) -> String {
    if at < row.reached {
        return "reached".to_owned();
    }
    let all = cell.pieces.len();
    let unseen = cell.pieces.iter().filter(|piece| piece.found.status == Status::Unseen).count();
    let met = all - cell.open().count();
    match (cell.looks_like.is_some(), unseen) {
        (false, _) => "not said".to_owned(),
        (true, 0) => format!("{met} of {all}"),
        (true, unseen) => format!("{met} of {all}, {unseen} not seen"),
    }
}

/// What a row lacks for its next stage; none if it stands in the highest.
fn missing(assessment: &Assessment, row: &JudgedRow) -> Option<String> {
    let (cell, stage) = (row.cells.get(row.reached)?, assessment.stages.get(row.reached)?);
    let mut out = format!("  {}, for \"{}\" ({})\n", line(&row.name), line(&stage.name), line(&row.owner));
    for piece in cell.open() {
        let found = &piece.found;
        let mark = if found.status == Status::Unseen { "?" } else { "-" };
        out.push_str(&format!("    {mark} {}: {}\n", line(&piece.says), line(&found.found)));
        if let Some(next) = found.next.as_ref().filter(|_| found.status == Status::Missing) {
            out.push_str(&format!("      {}\n", line(next)));
        }
    }
    if cell.looks_like.is_none() {
        out.push_str("    - the matrix does not say what this stage is here\n");
    }
    Some(out)
}

fn page(assessment: &Assessment, maturity: &Maturity) -> String {
    let mut out = format!("### {}, {}\n\n{}\n\n", plain(&assessment.name), maturity.day, plain(&standing(assessment)));
    let stages: Vec<String> = assessment.stages.iter().map(|stage| plain(&stage.name)).collect();
    out.push_str(&format!("| | {} |\n|{}\n", stages.join(" | "), " --- |".repeat(stages.len() + 1)));
    for row in &assessment.rows {
        let cells: Vec<String> = row.cells.iter().enumerate().map(|(at, cell)| mark(row, at, cell)).collect();
        out.push_str(&format!("| {} | {} |\n", plain(&row.name), cells.join(" | ")));
    }
    for row in &assessment.rows {
        let Some((cell, stage)) = row.cells.get(row.reached).zip(assessment.stages.get(row.reached)) else { continue };
        let (name, stage) = (plain(&row.name), plain(&stage.name));
        out.push_str(&format!("\n**{name}**, for \"{stage}\" ({}):\n\n", plain(&row.owner)));
        out.extend(cell.open().map(item));
    }
    out
}

fn item(piece: &Piece) -> String {
    let found = &piece.found;
    let next = found.next.as_deref().filter(|_| found.status == Status::Missing);
    let next = next.map_or_else(String::new, |next| format!(" {}", plain(next)));
    format!("- {}: {}.{next}\n", plain(&piece.says), plain(&found.found))
}
