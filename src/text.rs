//! Making foreign text safe to show: on a terminal and in Markdown.
//!
//! Definitions are written by many hands and read by executives; nothing in them may move the cursor, turn the
//! direction of writing around, or become a link.

/// Text with every control and invisible steering character spelled out, such as `\u{1b}`. Line ends stay.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        if is_steering(character) && character != '\n' {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
        out
    })
}

/// Text on one line, with everything else that [`visible`] spells out, and line ends too.
#[must_use]
pub fn line(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}

/// The text of a JSON value, with what [`visible`] spells out written as JSON escapes. It means the same value.
#[must_use]
pub fn json(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        if is_steering(character) && character != '\n' {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
        out
    })
}

/// Text of the same length in bytes, with every control and steering character masked. Offsets stay true.
#[must_use]
pub fn masked(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        if is_steering(character) && !matches!(character, '\n' | '\t') {
            out.extend(std::iter::repeat_n('?', character.len_utf8()));
        } else {
            out.push(character);
        }
        out
    })
}

/// Text on one line in which nothing is Markdown or HTML.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '\n' => out.push(' '),
            // `https:` and `www.` become links by themselves.
            ':' => out.push_str("\\:"),
            '.' if out.get(out.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("www")) => {
                out.push_str("\\.")
            }
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' | '@' | '$' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}

/// Control characters, and those that reorder or hide text (Unicode's bidirectional controls, zero-width characters,
/// line and paragraph separators, tags).
fn is_steering(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e01ef}')
}
