//! Rows about the registry as a whole: places of files, schemas, headers and references.

super::rows! {
    UNKNOWN_FILE "unknown-file" Error
        "A file under registry/ or schemas/ that no one knows"
        "What stands among governed documents is taken for governed. A file that no rule covers would be believed without approval."
        "Move the file out of registry/ and schemas/, or give it the name and place of a document."
}
