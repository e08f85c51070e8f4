//! Rows about the registry as a whole: places of files, schemas, headers and references.

super::rows! {
    UNKNOWN_FILE "unknown-file" Error
        "A file under registry/ or schemas/ that no one knows"
        "What stands among governed documents is taken for governed. A file that no rule covers would be believed without approval."
        "Move the file out of registry/ and schemas/, or give it the name and place of a document."
    SCHEMA_INVALID "schema-invalid" Error
        "The schema is not JSON Schema 2020-12"
        "A kind is what its schema says. A schema that cannot be read checks nothing, and every definition of its kind would pass."
        "Mend the place that is named. `canon explain schema-annotation` lists what may stand beside plain JSON Schema."
    SCHEMA_ANNOTATION "schema-annotation" Error
        "An `x-` keyword that is unknown or has a value it cannot have"
        "Annotations decide what a change means and which definitions refer to each other. One that is misspelt is silently not there, and a major change could pass as wording."
        "Use x-change, x-criteria, x-key, x-order, x-ref, x-scope, x-unit, and on a schema's root x-outcome, x-subject and x-version, as ARCHITECTURE.md says."
    SCHEMA_KEYWORD "schema-keyword" Error
        "A keyword that checks nothing, or names parts in a second way"
        "JSON Schema ignores keywords that it does not know. A misspelt `required` lets every definition through."
        "Correct the spelling. Parts are named by file and place (\"common.schema.json#/$defs/id\"), never by `$id` or an anchor."
    SCHEMA_REFERENCE "schema-reference" Error
        "A `$ref` that leaves schemas/ or points at nothing"
        "What a definition may say must be in the repository and under approval. A schema never reaches to the network or to other files."
        "Refer to \"#/$defs/name\" in the same file, or to \"common.schema.json#/$defs/name\"."
    SCHEMA_ENDLESS "schema-endless" Error
        "A schema without an end"
        "A part that leads back to itself without going a step into the document would be followed for ever, on every machine that checks the registry."
        "Let the part refer to itself only below `properties` or `items`, and split what is very large."
    SCHEMA_VERSION "schema-version" Error
        "The schema does not say its version"
        "A schema is governed like the definitions it rules; its version shows that it changed."
        "Add `\"x-version\": \"1.0.0\"` to the schema's root."
}
