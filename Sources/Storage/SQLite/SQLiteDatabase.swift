import VoicePipeline

/// The database that everything durable lives in: one file, one thread.
///
/// Write-ahead log with `synchronous=FULL`: what was confirmed survives the process being killed and the power going,
/// at the price of one flush of the disk a change.
public actor SQLiteDatabase {
    /// Where the database lives.
    public enum Location: Sendable {
        /// Gone with the process.
        case memory
        /// A file; its folder is made if need be, both are for the owner alone.
        case file(String)
    }

    private let thread: StorageThread
    private let connection: SQLiteConnection

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// Opens or makes the database and brings it up to date, on the storage thread.
    /// - Parameter maximumPages: pages of 4096 bytes at most; nil for no limit but the disk's.
    /// - Throws: `.unusable` with advice for a damaged, newer or unreadable file, `.full` when it cannot be written.
    public static func open(
        _ location: Location, maximumPages: Int? = nil
    ) async throws(StorageError) -> SQLiteDatabase {
        let opener = Opener(thread: try StorageThread(name: "storage"))
        return try await opener.open(location, maximumPages: maximumPages)
    }

    /// Opens a database.
    /// - Parameter path: a file, or ":memory:".
    public static func open(_ path: String) async throws(StorageError) -> SQLiteDatabase {
        try await open(path == ":memory:" ? .memory : .file(path))
    }

    /// Brings the opening to the thread that the database will live on.
    private actor Opener {
        let thread: StorageThread
        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

        init(thread: StorageThread) {
            self.thread = thread
        }

        func open(_ location: Location, maximumPages: Int?) throws(StorageError) -> SQLiteDatabase {
            try SQLiteDatabase(location, maximumPages: maximumPages, thread: thread)
        }
    }

    private init(_ location: Location, maximumPages: Int?, thread: StorageThread) throws(StorageError) {
        let path: String
        switch location {
        case .memory: path = ":memory:"
        case .file(let file):
            path = file
            try DatabaseFile.prepare(file)
        }
        let opened = try SQLiteConnection(path: path)
        try Self.configure(opened)
        if let maximumPages { try opened.setMaximumPages(maximumPages) }
        try Migrations.run(on: opened)
        // Stored last: Swift 6.0 releases what is stored twice when an initialiser throws.
        connection = opened
        self.thread = thread
    }

    private static func configure(_ connection: borrowing SQLiteConnection) throws(StorageError) {
        connection.setBusyTimeout(milliseconds: 2000)
        try connection.execute("PRAGMA journal_mode=WAL")
        try connection.execute("PRAGMA synchronous=FULL")
        try connection.execute("PRAGMA foreign_keys=ON")
        try connection.execute("PRAGMA trusted_schema=OFF")
        // The log file shrinks back after a burst.
        try connection.execute("PRAGMA journal_size_limit=1048576")
    }

    /// How long a change waits for another program's lock.
    package func setBusyTimeout(milliseconds: Int32) {
        connection.setBusyTimeout(milliseconds: milliseconds)
    }

    /// Runs statements that take no values and whose rows do not matter.
    package func execute(_ sql: StaticString) throws(StorageError) {
        try connection.execute(sql)
    }

    /// Runs one statement.
    /// - Returns: rows changed.
    @discardableResult
    func run(_ sql: StaticString, _ values: SQLiteValue...) throws(StorageError) -> Int {
        let statement = try connection.prepare(sql)
        try Self.bind(values, to: statement)
        while try statement.step() {}
        return connection.changes
    }

    /// Runs one query.
    /// - Parameter read: makes a value of the current row.
    func rows<Row: Sendable>(
        _ sql: StaticString, _ values: SQLiteValue..., read: @Sendable (borrowing SQLiteStatement) -> Row
    ) throws(StorageError) -> [Row] {
        let statement = try connection.prepare(sql)
        try Self.bind(values, to: statement)
        var rows: [Row] = []
        while try statement.step() { rows.append(read(statement)) }
        return rows
    }

    /// Runs `body` in one transaction: all of it happens, or nothing.
    func transaction<Value: Sendable>(
        _ body: @Sendable (isolated SQLiteDatabase) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        try connection.execute("BEGIN IMMEDIATE")
        do {
            let value = try body(self)
            try connection.execute("COMMIT")
            return value
        } catch {
            connection.rollBack()
            throw error
        }
    }

    private static func bind(_ values: [SQLiteValue], to statement: borrowing SQLiteStatement) throws(StorageError) {
        var index: Int32 = 1
        for value in values {
            try statement.bind(index, value)
            index += 1
        }
    }
}
