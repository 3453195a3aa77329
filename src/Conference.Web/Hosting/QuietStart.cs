namespace Conference.Web.Hosting;

/// <summary>Keeps the log from printing stack traces of a start that fails: <see cref="StartFailure"/> says in sentences what was wrong, and a bug ends with its own trace anyway.</summary>
internal sealed class QuietStart
{
    private static readonly string[] s_tellers = ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.EntityFrameworkCore.Database.Connection", "Microsoft.EntityFrameworkCore.Database.Command", "Microsoft.EntityFrameworkCore.Query"];
    private volatile bool _isOver;

    public QuietStart(WebApplicationBuilder builder)
    {
        foreach (var teller in s_tellers) builder.Logging.AddFilter(teller, level => _isOver && level >= LogLevel.Warning);
    }

    /// <summary>From now on everything is told.</summary>
    public void End() => _isOver = true;
}
