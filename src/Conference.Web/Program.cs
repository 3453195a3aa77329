using Conference.Infrastructure.Cdr;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Messaging;
using Conference.Infrastructure.Recordings;
using Conference.Media.Remote;
using Conference.Web.Hosting;
using Microsoft.Extensions.Options;

if (MediaProcess.IsAskedFor(args))
{
    await MediaProcess.ServeAsync();
    return 0;
}

try
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = SiteRoot.Find() });
    builder.WebHost.ConfigureKestrel(o => o.AddServerHeader = false);
    var quiet = new QuietStart(builder);
    builder.AddSettings();
    builder.Services.AddConferenceDb(builder.Configuration);
    builder.AddConference();
    builder.Services.AddMeetings();
    builder.Services.AddMail();
    builder.AddTelephony();
    builder.Services.AddRecordings(new SmallCopyOptions(builder.Configuration.GetValue($"{RecordingOptions.Section}:{nameof(RecordingOptions.SmallCopies)}", true)));
    builder.AddPeople();
    builder.AddPages();
    builder.AddLivePages();

    var app = builder.Build();
    app.Services.GetRequiredService<IStartupValidator>().Validate(); // before the host logs a stack trace about what is a matter of settings
    app.UseSite();
    app.Lifetime.ApplicationStarted.Register(quiet.End);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (StartFailure.Explain(e) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
