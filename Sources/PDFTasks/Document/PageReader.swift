internal import CPoppler

/// Copies what poppler knows about one page into Swift values and frees poppler's copies.
struct PageReader {
    let page: OpaquePointer

    /// Reads the page, or gives nil if its text is larger than so many bytes.
    func read(maxSize: Int) -> RawPage? {
        guard let scalars = scalars(maxSize: maxSize) else { return nil }
        return RawPage(scalars: scalars, boxes: boxes(), fonts: fonts(), overlays: formFields() + annotations())
    }

    // More than the page. Poppler selects text as a mouse does, from the block at one corner to the block at the
    // other, so that `poppler_page_get_text`, which selects exactly the page, misses blocks before the first corner.
    // Characters that lie outside of the page are dropped before any selection.
    private static let wholePage = PopplerRectangle(x1: -20_000, y1: -20_000, x2: 40_000, y2: 40_000)

    private var height: Double {
        var width = 0.0
        var height = 0.0
        poppler_page_get_size(page, &width, &height)
        return height
    }

    private func scalars(maxSize: Int) -> [Unicode.Scalar]? {
        var area = PageReader.wholePage
        guard let text = poppler_page_get_text_for_area(page, &area) else { return [] }
        defer { g_free(text) }
        let size = Int(strlen(text))
        guard size <= maxSize else { return nil }
        return text.withMemoryRebound(to: UInt8.self, capacity: size) {
            GeneralizedUTF8.decode(UnsafeBufferPointer(start: $0, count: size))
        }
    }

    private func boxes() -> [Box] {
        var rectangles: UnsafeMutablePointer<PopplerRectangle>?
        var count: guint = 0
        var area = PageReader.wholePage
        guard poppler_page_get_text_layout_for_area(page, &area, &rectangles, &count) != 0, let rectangles else {
            return []
        }
        defer { g_free(rectangles) }
        return UnsafeBufferPointer(start: rectangles, count: Int(count)).map {
            Box(x1: $0.x1, y1: $0.y1, x2: $0.x2, y2: $0.y2)
        }
    }

    private func fonts() -> [RawPage.FontRun] {
        var area = PageReader.wholePage
        let list = poppler_page_get_text_attributes_for_area(page, &area)
        defer { poppler_page_free_text_attributes(list) }
        // A page has hundreds of runs, but few fonts.
        var heavyFonts: [String: Bool] = [:]
        return elements(of: list, as: PopplerTextAttributes.self).compactMap { attributes in
            let start = Int(attributes.pointee.start_index)
            let end = Int(attributes.pointee.end_index) + 1
            guard start >= 0, end > start else { return nil }
            let name = attributes.pointee.font_name.map { String(cString: $0) } ?? ""
            let isHeavy = heavyFonts[name] ?? RawPage.FontRun.isHeavy(name)
            heavyFonts[name] = isHeavy
            return RawPage.FontRun(range: start..<end, size: attributes.pointee.font_size, isBold: isHeavy)
        }
    }

    // The page's text leaves out what stands in form fields; pdftotext prints it.
    private func formFields() -> [RawPage.Overlay] {
        let list = poppler_page_get_form_field_mapping(page)
        defer { poppler_page_free_form_field_mapping(list) }
        let height = height
        return elements(of: list, as: PopplerFormFieldMapping.self).compactMap { mapping in
            guard let field = mapping.pointee.field, let text = value(of: field) else { return nil }
            return RawPage.Overlay(text: text, box: box(mapping.pointee.area, pageHeight: height))
        }
    }

    private func value(of field: OpaquePointer) -> String? {
        switch poppler_form_field_get_field_type(field) {
        case POPPLER_FORM_FIELD_TEXT:
            guard poppler_form_field_text_is_password(field) == 0 else { return nil }
            return string(poppler_form_field_text_get_text(field))
        case POPPLER_FORM_FIELD_CHOICE:
            let count = min(poppler_form_field_choice_get_n_items(field), 10_000)
            let chosen = (0..<max(0, count)).filter { poppler_form_field_choice_is_item_selected(field, $0) != 0 }
            let items = chosen.compactMap { string(poppler_form_field_choice_get_item(field, $0)) }
            return items.isEmpty ? string(poppler_form_field_choice_get_text(field)) : items.joined(separator: ", ")
        default:
            return nil
        }
    }

    private func annotations() -> [RawPage.Overlay] {
        let list = poppler_page_get_annot_mapping(page)
        defer { poppler_page_free_annot_mapping(list) }
        let height = height
        return elements(of: list, as: PopplerAnnotMapping.self).compactMap { mapping in
            guard let annotation = mapping.pointee.annot, isShown(annotation) else { return nil }
            let kind = poppler_annot_get_annot_type(annotation)
            guard let text = string(poppler_annot_get_contents(annotation)) else { return nil }
            // Free text is part of what a reader sees at its place; a note's words belong to no line.
            let isInPlace = kind == POPPLER_ANNOT_FREE_TEXT
            return RawPage.Overlay(text: text, box: isInPlace ? box(mapping.pointee.area, pageHeight: height) : nil)
        }
    }

    private func isShown(_ annotation: OpaquePointer) -> Bool {
        let hidden = POPPLER_ANNOT_FLAG_HIDDEN.rawValue | POPPLER_ANNOT_FLAG_NO_VIEW.rawValue
        guard poppler_annot_get_flags(annotation).rawValue & hidden == 0 else { return false }
        switch poppler_annot_get_annot_type(annotation) {
        // Links say where they lead, pop-ups repeat their parent, widgets are form fields.
        case POPPLER_ANNOT_LINK, POPPLER_ANNOT_POPUP, POPPLER_ANNOT_WIDGET: return false
        default: return true
        }
    }

    // These areas count from the bottom of the page, the boxes of the text from its top.
    private func box(_ area: PopplerRectangle, pageHeight: Double) -> Box {
        Box(
            x1: min(area.x1, area.x2),
            y1: pageHeight - max(area.y1, area.y2),
            x2: max(area.x1, area.x2),
            y2: pageHeight - min(area.y1, area.y2)
        )
    }

    private func string(_ text: UnsafeMutablePointer<gchar>?) -> String? {
        guard let text else { return nil }
        defer { g_free(text) }
        let string = String(cString: text)
        return string.isEmpty ? nil : string
    }

    private func elements<T>(of list: UnsafeMutablePointer<GList>?, as type: T.Type) -> [UnsafeMutablePointer<T>] {
        var found: [UnsafeMutablePointer<T>] = []
        var node = list
        while let current = node {
            if let data = current.pointee.data { found.append(data.assumingMemoryBound(to: T.self)) }
            node = current.pointee.next
        }
        return found
    }
}
