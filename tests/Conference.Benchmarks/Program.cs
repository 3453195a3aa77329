using System.Globalization;
using BenchmarkDotNet.Running;
using Conference.Benchmarks.Compare;
using Conference.Benchmarks.Media;
using Conference.Benchmarks.Sip;

// dotnet run -c Release --project tests/Conference.Benchmarks -- --filter '*Mixer*'
// dotnet run -c Release --project tests/Conference.Benchmarks -- signalling [seconds of calls]
// dotnet run -c Release --project tests/Conference.Benchmarks -- kernels
// dotnet run -c Release --project tests/Conference.Benchmarks -- tick [legs...]
// dotnet run -c Release --project tests/Conference.Benchmarks -- engine [participants] [people in a room] [seconds]
// dotnet run -c Release --project tests/Conference.Benchmarks -- compare [participants...] [pcmu|g722|opus...] [folder of the load generator]
// dotnet run -c Release --project tests/Conference.Benchmarks -- soak [minutes] [participants]
// dotnet run -c Release --project tests/Conference.Benchmarks -- fuzz [rounds] [seed]
if (args is ["fuzz", .. var fuzz]) return FuzzRun.Run(fuzz);
if (args is ["compare", .. var compare]) return CompareRun.Run(compare);
if (args is ["floor", .. var floor]) return Floor.Run(floor);
if (args is ["soak", .. var soak]) return SoakRun.Run(soak);
if (args is ["tick", .. var tick]) return TickRun.Run(tick);
if (args is ["kernels"]) return KernelRun.Run();
if (args is ["engine", .. var engine]) return EngineRun.Run(engine);
if (args is ["signalling", .. var length]) return await new Figures(TimeSpan.FromSeconds(length is [var seconds] ? int.Parse(seconds, CultureInfo.InvariantCulture) : 60)).RunAsync();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
