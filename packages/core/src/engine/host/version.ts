/** Version of this package, as the audit log records it. A test holds it to package.json. */
export const version = '0.0.0'
