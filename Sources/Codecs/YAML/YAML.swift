#if YAML
import CYAML
#endif

/// Documents of YAML, with the package trait `YAML`.
///
/// libyaml is the parser that PyYAML uses as well.
package enum YAML {
    #if YAML
    /// Whether this build has it.
    package static let isBuilt = true

    /// Reads the one document of a stream.
    ///
    /// - Parameters:
    ///   - bytes: The stream, in UTF-8 or, with a byte order mark, in UTF-16.
    ///   - limits: How large and how deep the document may be with its aliases written out.
    /// - Returns: Its root; nil when there is no document.
    /// - Throws: ``CodecError``.
    package static func parse(_ bytes: [UInt8], limits: YAMLLimits) throws(CodecError) -> YAMLNode? {
        // libyaml keeps the address of its parser and of the input.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(from: bytes)
        defer {
            input.deallocate()
            parser.deallocate()
        }
        guard yaml_parser_initialize(parser) == 1 else { throw .failed }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
        return try read(parser, limits)
    }

    private static func read(
        _ parser: UnsafeMutablePointer<yaml_parser_t>,
        _ limits: YAMLLimits
    ) throws(CodecError) -> YAMLNode? {
        var builder = YAMLBuilder(limits: limits)
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw fault(of: parser.pointee) }
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_END_EVENT, YAML_NO_EVENT:
                return builder.root
            case YAML_DOCUMENT_START_EVENT where builder.root != nil:
                throw .damaged
            default:
                try feed(event, to: &builder)
            }
        }
    }

    private static func feed(_ event: yaml_event_t, to builder: inout YAMLBuilder) throws(CodecError) {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            guard let value = String(validating: bytes, as: UTF8.self) else { throw .damaged }
            let tag = try tag(scalar.tag)
            let isPlain = tag == nil && scalar.plain_implicit != 0
            try builder.scalar(value, tag: tag, isPlain: isPlain, anchor: try Self.text(scalar.anchor))
        case YAML_ALIAS_EVENT:
            guard let anchor = try text(event.data.alias.anchor) else { throw .damaged }
            try builder.alias(anchor)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            try builder.begin(mapping: false, tag: try tag(start.tag), anchor: try text(start.anchor))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            try builder.begin(mapping: true, tag: try tag(start.tag), anchor: try text(start.anchor))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            try builder.end()
        default:
            break
        }
    }

    /// A tag; the one that says nothing counts as none.
    private static func tag(_ pointer: UnsafeMutablePointer<UInt8>?) throws(CodecError) -> String? {
        let tag = try text(pointer)
        return tag == "!" ? nil : tag
    }

    private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) throws(CodecError) -> String? {
        guard let pointer else { return nil }
        guard let text = String(validatingCString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self)) else {
            throw .damaged
        }
        return text
    }

    /// What libyaml says is wrong: its own words, which never quote the document.
    private static func fault(of parser: yaml_parser_t) -> CodecError {
        guard parser.error != YAML_MEMORY_ERROR, let problem = parser.problem else { return .failed }
        let mark = parser.problem_mark
        return .syntax(problem: String(cString: problem), line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
    #else
    /// Whether this build has it.
    package static let isBuilt = false

    /// Refuses.
    package static func parse(_ bytes: [UInt8], limits: YAMLLimits) throws(CodecError) -> YAMLNode? {
        throw .notBuilt(trait: "YAML")
    }
    #endif
}
