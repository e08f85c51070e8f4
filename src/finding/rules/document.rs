//! Rows about files as such: strict JSON and the stored form.

super::rows! {
    MALFORMED_JSON "malformed-json" Error
        "The file is not one strict JSON object"
        "Two readers must never see two meanings in one file, so duplicate keys, lone surrogates, integers beyond 2^53-1, a byte order mark, trailing text, more than 64 levels and more than 1 MiB are refused."
        "Mend the place that is named; `canon fmt` then writes the file as it should be."
    NOT_STORED_FORM "not-stored-form" Error
        "The file is not written in its stored form"
        "One spelling for one value keeps every diff about meaning, and lets a changed byte be seen."
        "Type `canon fmt`."
}
