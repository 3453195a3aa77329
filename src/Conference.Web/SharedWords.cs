namespace Conference.Web;

/// <summary>Marks the resource files in <c>Resources/</c>: every sentence of the pages, with the English text as its key.</summary>
public sealed class SharedWords;
