internal import CPoppler

/// What must be done once in a process before poppler is used.
enum Poppler {
    /// Loads, on one thread, what poppler and GLib otherwise load at the first document.
    ///
    /// Two threads that open their first documents together race inside the C library's `iconv`, which loads its
    /// converters at first use. A `static let` runs once, and every ``PDFDocument`` waits for it. The same call
    /// reads a line of Chinese, so that a missing `poppler-data` package is known for certain.
    static let readsChinese: Bool = {
        "中".withCString { text in
            // The conversions that poppler-glib uses for form fields, titles and annotations.
            var written: gsize = 0
            g_free(g_convert(text, -1, "UTF-16BE", "UTF-8", nil, &written, nil))
            g_free(g_convert(text, 2, "UTF-8", "UTF-16BE", nil, &written, nil))
        }
        return probeText() == "中文"
    }()

    /// Waits until the one-time preparation is done.
    static func prepare() {
        _ = readsChinese
    }

    private static func probeText() -> String? {
        let bytes = Array(probe.utf8)
        guard let data = g_bytes_new(bytes, gsize(bytes.count)) else { return nil }
        defer { g_bytes_unref(data) }
        guard let document = poppler_document_new_from_bytes(data, nil, nil) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(document)) }
        guard let page = poppler_document_get_page(document, 0) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(page)) }
        guard let text = poppler_page_get_text(page) else { return nil }
        defer { g_free(text) }
        return String(cString: text)
    }

    // A page that says 中文 in a font that is not embedded and has no ToUnicode map: reading it needs the CMap
    // GBK-EUC-H and the map from Adobe-GB1 to Unicode, both of which come with poppler-data. It has no
    // cross-reference table; poppler rebuilds one.
    private static let probe = """
        %PDF-1.4
        1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
        3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>> endobj
        4 0 obj <</Length 33>> stream
        BT /F 9 Tf 9 9 Td <D6D0CEC4> Tj ET
        endstream endobj
        5 0 obj <</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/GBK-EUC-H/DescendantFonts[6 0 R]>> endobj
        6 0 obj <</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 7 0 R/DW 1000
        /CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>> endobj
        7 0 obj <</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 0 9 9]/ItalicAngle 0/Ascent 880
        /Descent -120/CapHeight 880/StemV 93>> endobj
        trailer <</Root 1 0 R/Size 8>>

        """
}

/// The language data that poppler needs for Chinese, Japanese and Korean fonts that are not embedded.
public enum PopplerData {
    /// Whether poppler can read Chinese set in fonts that are not embedded.
    ///
    /// The answer comes from reading such a page, not from looking for files, and is found once for each process.
    public static var isInstalled: Bool { Poppler.readsChinese }

    /// What to tell the operator at start-up, or nil if nothing is missing.
    public static var warning: String? {
        isInstalled ? nil : missing
    }

    static let missing = """
        The package poppler-data is not installed: text in Chinese, Japanese and Korean fonts that are not embedded \
        in a PDF comes out empty or wrong. Install it (Debian and Ubuntu: apt install poppler-data; Homebrew has it \
        in poppler) and start again.
        """
}
