/// What the five PROGRESS states say.
public struct ProgressMessages: Sendable, Hashable {
    /// Step 0: the file is read.
    public var extracting: String
    /// Step 1: its text is cut into chunks.
    public var chunking: String
    /// Step 2: the search index is built.
    public var indexing: String
    /// Step 3: everything is stored.
    public var caching: String
    /// Step 4: it is done.
    public var done: String
    /// What comes before the reason of a failure.
    public var failurePrefix: String

    /// The words that producers already show.
    public static let chinese = ProgressMessages(
        extracting: "正在提取 PDF 文本...",
        chunking: "正在智能分块...",
        indexing: "正在建立 BM25 索引...",
        caching: "正在缓存处理结果...",
        done: "处理完成!",
        failurePrefix: "PDF 处理失败: "
    )

    /// The same in English.
    public static let english = ProgressMessages(
        extracting: "Extracting the PDF's text...",
        chunking: "Cutting the text into chunks...",
        indexing: "Building the BM25 index...",
        caching: "Storing the results...",
        done: "Done!",
        failurePrefix: "PDF processing failed: "
    )
}
