"""Search for programs that reason: an MCP server, and parts for LangChain and Haystack."""
