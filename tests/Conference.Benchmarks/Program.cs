using BenchmarkDotNet.Running;
using Conference.Benchmarks.Media;
using Conference.Benchmarks.Sip;

// dotnet run -c Release --project tests/Conference.Benchmarks -- --filter '*Mixer*'
// dotnet run -c Release --project tests/Conference.Benchmarks -- storm
// dotnet run -c Release --project tests/Conference.Benchmarks -- kernels
// dotnet run -c Release --project tests/Conference.Benchmarks -- engine [participants] [people in a room] [seconds]
if (args is ["kernels"]) return KernelRun.Run();
if (args is ["engine", .. var engine]) return EngineRun.Run(engine);
if (args is ["storm"]) return await Storm.RunAsync();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
